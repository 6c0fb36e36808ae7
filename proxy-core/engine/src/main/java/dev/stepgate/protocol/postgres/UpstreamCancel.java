package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.CancelRequest;
import dev.stepgate.transport.DialTlsContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Promise;

/**
 * One cancel request on its way to the server; over when the server closes the connection, or when
 * whoever waits for it has waited long enough.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class UpstreamCancel extends TlsOpening {

  private final BackendKeyData key;
  private final Promise<Void> done;

  UpstreamCancel(
      PostgresTarget target, DialTlsContext tls, BackendKeyData key, Promise<Void> done) {
    super(target, tls, target.limits().cancel());
    this.key = key;
    this.done = done;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    done.addListener(over -> ctx.close());
  }

  @Override
  void opened(ChannelHandlerContext ctx) {
    ByteBuf out = ctx.alloc().buffer();
    new CancelRequest(key.processId(), key.key()).encode(out);
    ctx.writeAndFlush(out);
    ctx.read();
  }

  @Override
  void received(ChannelHandlerContext ctx, ByteBuf in) {
    // A cancel request is never answered.
    in.release();
    over(ctx);
  }

  @Override
  void failed(ChannelHandlerContext ctx, String sqlState, String sentence) {
    over(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    over(ctx);
  }

  private void over(ChannelHandlerContext ctx) {
    ctx.close();
    done.trySuccess(null);
  }
}
