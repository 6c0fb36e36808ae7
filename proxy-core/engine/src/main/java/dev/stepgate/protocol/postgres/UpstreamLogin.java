package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.Authentication;
import dev.stepgate.protocol.postgres.wire.AuthenticationCleartextPassword;
import dev.stepgate.protocol.postgres.wire.AuthenticationMD5Password;
import dev.stepgate.protocol.postgres.wire.AuthenticationOk;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASL;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLContinue;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLFinal;
import dev.stepgate.protocol.postgres.wire.BackendDecoder;
import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.ErrorResponse;
import dev.stepgate.protocol.postgres.wire.FrontendMessage;
import dev.stepgate.protocol.postgres.wire.NegotiateProtocolVersion;
import dev.stepgate.protocol.postgres.wire.NoticeResponse;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.ReadyForQuery;
import dev.stepgate.protocol.postgres.wire.Report;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.protocol.postgres.wire.WireLimits;
import dev.stepgate.transport.DialTlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The gateway's login at the server.
 *
 * <pre>
 *   TLS --opened--> AUTHENTICATING --AuthenticationOk, proved--> SETTLING --ReadyForQuery--> done
 * </pre>
 *
 * What the server asks for must be allowed, and where SCRAM is spoken, AuthenticationOk is believed
 * only once the server has proved that it knows the password too.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class UpstreamLogin extends TlsOpening {

  private enum State {
    TLS,
    AUTHENTICATING,
    SETTLING,
    DONE
  }

  /** How many messages a server may send until it is ready; real ones send about 20. */
  private static final int MAX_MESSAGES = 1_000;

  /**
   * How many bytes these may have in all; real ones have about 1,000. What the client is told of
   * them is recorded in one piece.
   */
  private static final int MAX_BYTES = 60 << 10;

  private static final WireLimits LIMITS = new WireLimits(1, 1, 1, 64 << 10, 10_000);

  private final StartupMessage startup;
  private final Promise<Upstream> done;
  private final UpstreamProof proof;
  private final BackendDecoder decoder = new BackendDecoder(LIMITS);
  private final List<ParameterStatus> parameters = new ArrayList<>();
  private final List<NoticeResponse> notices = new ArrayList<>();

  private State state = State.TLS;
  private ByteBuf held;
  private BackendKeyData key;
  private int messages;
  private int bytes;
  private ScheduledFuture<?> deadline;

  UpstreamLogin(
      PostgresTarget target,
      DialTlsContext tls,
      StartupMessage startup,
      UpstreamProof proof,
      Promise<Upstream> done) {
    super(target, tls, target.limits().upstreamLogin());
    this.startup = startup;
    this.proof = proof;
    this.done = done;
  }

  /** From here on the login has its own time; until here it was the connect's. */
  @Override
  void accepted(ChannelHandlerContext ctx) {
    long millis = target().limits().upstreamLogin().toMillis();
    deadline =
        ctx.executor()
            .schedule(
                () ->
                    failed(
                        ctx,
                        SqlState.CANNOT_CONNECT,
                        "the server did not log the gateway in within " + millis + " ms"),
                millis,
                TimeUnit.MILLISECONDS);
  }

  @Override
  void opened(ChannelHandlerContext ctx) {
    state = State.AUTHENTICATING;
    ByteBuf out = ctx.alloc().buffer();
    startup.encode(out);
    ctx.writeAndFlush(out);
    ctx.read();
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    held = Held.join(ctx.alloc(), held, in);
    try {
      decode(ctx);
    } catch (WireException e) {
      failed(ctx, SqlState.PROTOCOL, "the server's login is not understood: " + e.getMessage());
    }
  }

  private void decode(ChannelHandlerContext ctx) {
    while (state != State.DONE && held != null && !proof.working()) {
      int before = held.readableBytes();
      BackendMessage message = decoder.decode(held);
      if (message == null) {
        ctx.read();
        return;
      }
      bytes += before - held.readableBytes();
      if (bytes > MAX_BYTES) {
        failed(
            ctx,
            SqlState.LIMIT,
            "the server sent more than " + MAX_BYTES + " bytes within its login");
        return;
      }
      if (++messages > MAX_MESSAGES) {
        failed(
            ctx,
            SqlState.PROTOCOL,
            "the server sent more than " + MAX_MESSAGES + " messages within its login");
        return;
      }
      message(ctx, message);
    }
  }

  private void message(ChannelHandlerContext ctx, BackendMessage message) {
    if (message instanceof ErrorResponse error) {
      rejected(ctx, error.report());
    } else if (message instanceof NoticeResponse notice) {
      notices.add(notice);
    } else if (state == State.AUTHENTICATING) {
      authenticate(ctx, message);
    } else if (message instanceof ParameterStatus parameter) {
      parameters.add(parameter);
    } else if (message instanceof BackendKeyData data) {
      key = data;
    } else if (message instanceof ReadyForQuery) {
      finished(ctx);
    } else {
      failed(ctx, SqlState.PROTOCOL, "the server's login has a message that does not belong there");
    }
  }

  private void authenticate(ChannelHandlerContext ctx, BackendMessage message) {
    try {
      if (message instanceof NegotiateProtocolVersion) {
        return;
      }
      if (message instanceof AuthenticationOk) {
        proof.accepted();
        state = State.SETTLING;
      } else if (message instanceof AuthenticationSASL offer) {
        proof.sasl(offer, session(), reply -> answer(ctx, reply), fault(ctx));
      } else if (message instanceof AuthenticationSASLContinue challenge) {
        proof.challenged(challenge, reply -> answer(ctx, reply), fault(ctx));
      } else if (message instanceof AuthenticationSASLFinal last) {
        proof.proved(last);
      } else if (message instanceof AuthenticationMD5Password request) {
        proof.md5(request, reply -> answer(ctx, reply), fault(ctx));
      } else if (message instanceof AuthenticationCleartextPassword) {
        proof.password(reply -> answer(ctx, reply), fault(ctx));
      } else if (message instanceof Authentication) {
        throw new UpstreamException(
            SqlState.REJECTED, "the server asks for a kind of proof that is not supported");
      } else {
        throw new UpstreamException(
            SqlState.PROTOCOL, "the server's login has a message that does not belong there");
      }
    } catch (UpstreamException e) {
      failed(ctx, e.sqlState(), e.getMessage());
    }
  }

  private UpstreamProof.Fault fault(ChannelHandlerContext ctx) {
    return (sqlState, sentence) -> failed(ctx, sqlState, sentence);
  }

  /** An answer is ready; bytes that came meanwhile may be looked at now. */
  private void answer(ChannelHandlerContext ctx, FrontendMessage reply) {
    if (state != State.AUTHENTICATING) {
      return;
    }
    ctx.writeAndFlush(Messages.encoded(ctx.alloc(), reply));
    try {
      decode(ctx);
    } catch (WireException e) {
      failed(ctx, SqlState.PROTOCOL, "the server's login is not understood: " + e.getMessage());
    }
  }

  /** The server's own no. What it says of our proof must not read as if the client's were wrong. */
  private void rejected(ChannelHandlerContext ctx, Report report) {
    String code = report.text(Report.CODE);
    if (state == State.AUTHENTICATING && code.startsWith("28")) {
      target().password().refused();
    }
    String told = code.startsWith("28") || code.length() != 5 ? SqlState.REJECTED : code;
    failed(
        ctx,
        told,
        "the server refused the gateway: " + report.text(Report.MESSAGE) + " (" + code + ")");
  }

  private void finished(ChannelHandlerContext ctx) {
    state = State.DONE;
    stopTheClock();
    Upstream upstream =
        new Upstream(ctx.channel(), startup, key, parameters, notices, proof.json(session()));
    if (!done.trySuccess(upstream)) {
      ctx.close();
    }
  }

  @Override
  void failed(ChannelHandlerContext ctx, String sqlState, String sentence) {
    if (state != State.DONE) {
      state = State.DONE;
      stopTheClock();
      done.tryFailure(
          new UpstreamException(sqlState, "connection \"" + target().name() + "\": " + sentence));
    }
    ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    failed(ctx, SqlState.CONNECTION_FAILURE, "the server closed the connection within its login");
    ctx.fireChannelInactive();
  }

  private void stopTheClock() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** What came behind ReadyForQuery belongs to whoever comes next. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopTheClock();
    ByteBuf rest = held;
    held = null;
    if (rest != null && rest.isReadable() && ctx.channel().isActive()) {
      ctx.fireChannelRead(rest);
    } else if (rest != null) {
      rest.release();
    }
  }
}
