package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.postgres.wire.AuthenticationOk;
import dev.stepgate.protocol.postgres.wire.AuthenticationResponses;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASL;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLContinue;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLFinal;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.CancelRequest;
import dev.stepgate.protocol.postgres.wire.GSSENCRequest;
import dev.stepgate.protocol.postgres.wire.SASLInitialResponse;
import dev.stepgate.protocol.postgres.wire.SASLResponse;
import dev.stepgate.protocol.postgres.wire.SSLRequest;
import dev.stepgate.protocol.postgres.wire.ScramServer;
import dev.stepgate.protocol.postgres.wire.StartupDecoder;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.StartupRequest;
import dev.stepgate.protocol.postgres.wire.TlsServerEndPoint;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.transport.Peers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A client's login.
 *
 * <pre>
 *   BEGIN       --SSLRequest--> HANDSHAKE --> BEGIN, encrypted
 *   BEGIN       --TLS at once-> HANDSHAKE --> BEGIN, encrypted
 *   BEGIN       --GSSENCRequest, or SSLRequest on a Unix socket, answered N-> BEGIN
 *   BEGIN       --CancelRequest--> over
 *   BEGIN       --StartupMessage-> LOOKING --whose it is--> CHALLENGED
 *   CHALLENGED  --SASLInitialResponse-> PROVING
 *   PROVING     --right SASLResponse--> CONNECTING --the server is ready--> the relay's
 *   PROVING     --wrong SASLResponse--> over, after a while
 * </pre>
 *
 * <p>Whose process the client is, is looked up before it is challenged: it must still be there to
 * answer, so nobody slips through by closing early. Another user's client is challenged all the
 * same and turned away in the words of a wrong token, so that it does not learn whether its was
 * right.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class ClientLogin extends ChannelInboundHandlerAdapter {

  private enum State {
    BEGIN,
    HANDSHAKE,
    LOOKING,
    CHALLENGED,
    PROVING,
    CONNECTING,
    OVER
  }

  /** A wrong proof is answered after this long, twice as long each time, up to the longest. */
  private static final long FIRST_DELAY_MILLIS = 100;

  private static final int MAX_DOUBLINGS = 5;

  private final PostgresEndpoint endpoint;
  private final Visit visit;
  private final boolean room;
  private final Instant since;
  private final StartupDecoder requests = new StartupDecoder();
  private final AuthenticationResponses responses = new AuthenticationResponses();

  private State state = State.BEGIN;
  private ByteBuf held;
  private SslHandler tls;
  private boolean direct;
  private boolean tlsAsked;
  private boolean gssAsked;
  private StartupJudge startup;
  private ScramServer scram;
  private Caller caller = Caller.UNKNOWN;

  ClientLogin(PostgresEndpoint endpoint, Visit visit, boolean room) {
    this.endpoint = endpoint;
    this.visit = visit;
    this.room = room;
    this.since = endpoint.protocol().clock().instant();
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (room) {
      ctx.read();
    } else {
      fail(SqlState.TOO_MANY, "too many clients of this endpoint already");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    if (state == State.OVER) {
      in.release();
      return;
    }
    held = Held.join(ctx.alloc(), held, in);
    go(ctx);
  }

  private void go(ChannelHandlerContext ctx) {
    try {
      while (state != State.OVER && step(ctx)) {
        // One more message was there.
      }
    } catch (WireException e) {
      boolean limit = e.fault() == WireException.Fault.LIMIT;
      fail(limit ? SqlState.LIMIT : SqlState.PROTOCOL, e.getMessage());
    } catch (StartupJudge.Unfit e) {
      fail(e.sqlState(), e.getMessage());
    } catch (EvidenceException e) {
      fail(SqlState.NO_EVIDENCE, e.getMessage());
    } catch (IOException | GeneralSecurityException e) {
      fail(SqlState.INTERNAL, "the endpoint's TLS cannot be set up");
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    // While the server is connected to, what the client sends already has to wait.
    if (state != State.OVER && state != State.CONNECTING && state != State.LOOKING) {
      ctx.read();
    }
  }

  private boolean step(ChannelHandlerContext ctx)
      throws StartupJudge.Unfit, IOException, GeneralSecurityException {
    if (held == null || !held.isReadable()) {
      return false;
    }
    return switch (state) {
      case BEGIN -> begin(ctx);
      case CHALLENGED -> challenged(ctx);
      case PROVING -> proving(ctx);
      case HANDSHAKE, LOOKING, CONNECTING, OVER -> false;
    };
  }

  private boolean begin(ChannelHandlerContext ctx)
      throws StartupJudge.Unfit, IOException, GeneralSecurityException {
    boolean socket = Peers.isUnix(ctx.channel());
    if (tls == null && !socket && StartupDecoder.isTlsHandshake(held)) {
      direct = true;
      ByteBuf first = held;
      held = null;
      handshake(ctx);
      ctx.pipeline().fireChannelRead(first);
      return false;
    }
    StartupRequest request = requests.decode(held);
    if (request == null) {
      return false;
    }
    if (!(request instanceof StartupMessage) && held.isReadable()) {
      // Nothing may follow before the answer: it would be taken for what came encrypted
      // (CVE-2021-23214).
      throw new StartupJudge.Unfit(SqlState.PROTOCOL, "data came before its time");
    }
    if (request instanceof SSLRequest && socket) {
      if (tlsAsked) {
        throw new StartupJudge.Unfit(SqlState.PROTOCOL, "TLS was asked for before");
      }
      // As PostgreSQL answers on a Unix socket: nothing there leaves the kernel.
      tlsAsked = true;
      ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'N'}));
    } else if (request instanceof SSLRequest) {
      if (tls != null) {
        throw new StartupJudge.Unfit(SqlState.PROTOCOL, "TLS within TLS");
      }
      ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'S'}));
      handshake(ctx);
    } else if (request instanceof GSSENCRequest) {
      if (tls != null || gssAsked) {
        throw new StartupJudge.Unfit(SqlState.PROTOCOL, "GSSAPI encryption was asked for before");
      }
      gssAsked = true;
      ctx.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'N'}));
    } else if (request instanceof CancelRequest cancel) {
      state = State.OVER;
      // Closed before the client's own loop has seen it, the next statement could come first.
      endpoint.cancel(ctx.channel(), cancel, () -> ctx.channel().close());
    } else {
      challenge(ctx, (StartupMessage) request);
    }
    return true;
  }

  private void handshake(ChannelHandlerContext ctx) throws IOException {
    state = State.HANDSHAKE;
    tls = endpoint.tls().newHandler(ctx.alloc());
    // The login's own deadline ends a handshake that takes too long.
    tls.setHandshakeTimeoutMillis(0);
    ctx.pipeline().addFirst(TlsOpening.TLS, tls);
    ctx.channel().read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && state == State.HANDSHAKE) {
      if (!handshake.isSuccess()
          || (direct && !TlsOpening.ALPN.equals(tls.applicationProtocol()))) {
        state = State.OVER;
        ctx.close();
        return;
      }
      state = State.BEGIN;
    }
  }

  private void challenge(ChannelHandlerContext ctx, StartupMessage message)
      throws StartupJudge.Unfit, IOException, GeneralSecurityException {
    startup = StartupJudge.of(message);
    byte[] binding =
        tls == null
            ? null
            : TlsServerEndPoint.of(endpoint.certificate().certificate()).orElse(null);
    scram =
        new ScramServer(endpoint.verifier(startup.user()), binding, endpoint.protocol().random());
    state = State.LOOKING;
    EventLoop loop = ctx.channel().eventLoop();
    visit.look(
        found -> {
          if (loop.inEventLoop()) {
            looked(ctx, found);
          } else {
            loop.execute(() -> lookedLate(ctx, found));
          }
        });
  }

  private void lookedLate(ChannelHandlerContext ctx, Caller found) {
    looked(ctx, found);
    go(ctx); // what came meanwhile
    channelReadComplete(ctx);
  }

  private void looked(ChannelHandlerContext ctx, Caller found) {
    if (visit.over()) {
      state = State.OVER;
    }
    if (state != State.LOOKING) {
      return; // it was ended meanwhile
    }
    caller = found;
    state = State.CHALLENGED;
    if (startup.negotiation() != null) {
      say(ctx, startup.negotiation());
    }
    say(ctx, new AuthenticationSASL(scram.mechanisms()));
    ctx.flush();
  }

  private boolean challenged(ChannelHandlerContext ctx) {
    SASLInitialResponse response = responses.saslInitialResponse(held);
    if (response == null) {
      return false;
    }
    state = State.PROVING;
    say(ctx, new AuthenticationSASLContinue(scram.first(response)));
    ctx.flush();
    return true;
  }

  private boolean proving(ChannelHandlerContext ctx) {
    SASLResponse response = responses.saslResponse(held);
    if (response == null) {
      return false;
    }
    byte[] proof = scram.last(response);
    if (proof == null || caller.foreign()) {
      turnAway(ctx, proof != null);
      return false;
    }
    say(ctx, new AuthenticationSASLFinal(proof));
    say(ctx, new AuthenticationOk());
    ctx.flush();
    state = State.CONNECTING;
    Entry entry = endpoint.enter(ctx.channel(), since);
    visit.authenticated(entry);
    new Handover(endpoint, visit, startup, entry).begin(ctx.channel(), caller);
    return false;
  }

  /**
   * Says no, later each time, and in the same words whether user or token were wrong or the client
   * is not the step's.
   */
  private void turnAway(ChannelHandlerContext ctx, boolean rightToken) {
    state = State.OVER;
    int failures = endpoint.failedLogin(ctx.channel(), caller, startup.user(), rightToken);
    long delay = FIRST_DELAY_MILLIS << Math.min(failures - 1, MAX_DOUBLINGS);
    String sentence = "password authentication failed for user \"" + startup.user() + "\"";
    ctx.executor()
        .schedule(() -> visit.fail(SqlState.PASSWORD, sentence), delay, TimeUnit.MILLISECONDS);
  }

  private static void say(ChannelHandlerContext ctx, BackendMessage message) {
    ctx.write(Messages.encoded(ctx.alloc(), message));
  }

  private void fail(String sqlState, String sentence) {
    if (state != State.OVER) {
      state = State.OVER;
      visit.fail(sqlState, sentence);
    }
  }

  /** What came early belongs to whoever comes next. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ByteBuf rest = held;
    held = null;
    if (rest != null && rest.isReadable() && ctx.channel().isActive()) {
      ctx.fireChannelRead(rest);
    } else if (rest != null) {
      rest.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    state = State.OVER;
    ctx.close();
  }
}
