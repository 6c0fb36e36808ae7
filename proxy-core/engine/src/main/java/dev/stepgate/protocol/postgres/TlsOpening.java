package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.SSLRequest;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.DialTlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import javax.net.ssl.SSLSession;

/**
 * The beginning of a connection to a server: SSLRequest and its one byte, then the handshake; or
 * the handshake at once; or nothing, as the target's settings say. A server that answers SSLRequest
 * with more than its one byte is refused (CVE-2021-23222).
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
abstract class TlsOpening extends ChannelInboundHandlerAdapter {

  static final String TLS = "tls";
  static final String ALPN = "postgresql";

  private static final int ANSWER_BYTES = 8;

  private final PostgresTarget target;
  private final DialTlsContext tls;
  private final Duration timeout;
  private boolean opened;
  private SslHandler handler;

  TlsOpening(PostgresTarget target, DialTlsContext tls, Duration timeout) {
    this.target = target;
    this.tls = tls;
    this.timeout = timeout;
  }

  /** The server has accepted the connection. */
  void accepted(ChannelHandlerContext ctx) {}

  /** The connection is as protected as it has to be. */
  abstract void opened(ChannelHandlerContext ctx);

  /** Bytes behind that. Takes {@code in} over. */
  abstract void received(ChannelHandlerContext ctx, ByteBuf in);

  /** It came to nothing. May be told more than once. */
  abstract void failed(ChannelHandlerContext ctx, String sqlState, String sentence);

  final PostgresTarget target() {
    return target;
  }

  /** The TLS session, or null. */
  final SSLSession session() {
    return handler == null ? null : handler.engine().getSession();
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    accepted(ctx);
    DialTls settings = tls.settings();
    if (!settings.on()) {
      opened = true;
      opened(ctx);
    } else if (settings.direct()) {
      handshake(ctx);
    } else {
      ByteBuf request = ctx.alloc().buffer(ANSWER_BYTES);
      new SSLRequest().encode(request);
      ctx.writeAndFlush(request);
      ctx.read();
    }
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    if (opened) {
      received(ctx, in);
      return;
    }
    try {
      answered(ctx, in);
    } finally {
      in.release();
    }
  }

  private void answered(ChannelHandlerContext ctx, ByteBuf in) {
    if (handler != null) {
      failed(ctx, SqlState.CONNECTION_FAILURE, "the server sent data before TLS was up");
    } else if (in.readableBytes() != 1) {
      failed(
          ctx,
          SqlState.CONNECTION_FAILURE,
          "the server answered the TLS request with " + in.readableBytes() + " bytes, 1 expected");
    } else if (in.getByte(in.readerIndex()) == 'S') {
      handshake(ctx);
    } else if (in.getByte(in.readerIndex()) == 'N') {
      failed(ctx, SqlState.CANNOT_CONNECT, "the server does not speak TLS");
    } else {
      failed(
          ctx,
          SqlState.CONNECTION_FAILURE,
          "the server answered the TLS request with " + ByteBufUtil.hexDump(in));
    }
  }

  private void handshake(ChannelHandlerContext ctx) {
    handler = tls.handler(ctx.alloc(), target.host(), target.port(), timeout);
    handler
        .handshakeFuture()
        .addListener(
            (Future<Object> done) -> {
              if (done.isSuccess()) {
                handshaken(ctx);
              } else {
                failed(
                    ctx,
                    SqlState.CANNOT_CONNECT,
                    "TLS with the server failed: " + reason(done.cause()) + atOnce());
              }
            });
    ctx.pipeline().addFirst(TLS, handler);
    ctx.channel().read();
  }

  private String atOnce() {
    return tls.settings().direct() ? " (direct TLS: servers before 17 do not know it)" : "";
  }

  private void handshaken(ChannelHandlerContext ctx) {
    if (tls.settings().direct() && !ALPN.equals(handler.applicationProtocol())) {
      failed(ctx, SqlState.CANNOT_CONNECT, "the server did not choose ALPN " + ALPN);
      return;
    }
    opened = true;
    opened(ctx);
  }

  private static String reason(Throwable cause) {
    Throwable last = cause;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(ctx, SqlState.CONNECTION_FAILURE, "the connection broke: " + reason(cause));
  }
}
