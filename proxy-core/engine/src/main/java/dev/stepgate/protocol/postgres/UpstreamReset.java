package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendDecoder;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.CommandComplete;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.Query;
import dev.stepgate.protocol.postgres.wire.ReadyForQuery;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.protocol.postgres.wire.WireLimits;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes a session at the server as good as new ({@code DISCARD ALL}), and keeps it until it is
 * taken. Whatever the server says beyond that, or takes too long for, ends it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class UpstreamReset extends ChannelInboundHandlerAdapter {

  private static final WireText DISCARD = WireText.of("DISCARD ALL");
  private static final long RESET_SECONDS = 5;
  private static final WireLimits LIMITS = new WireLimits(1, 1, 1, 10_000, 10_000);

  private final Upstream upstream;
  private final long keepMillis;
  private final Consumer<Upstream> ready;
  private final BackendDecoder decoder = new BackendDecoder(LIMITS);
  private ByteBuf held;
  private boolean discarded;
  private boolean done;
  private ScheduledFuture<?> deadline;

  /**
   * A reset.
   *
   * @param keepMillis how long the session is kept for the next client
   * @param ready is told when it can be taken
   */
  UpstreamReset(Upstream upstream, long keepMillis, Consumer<Upstream> ready) {
    this.upstream = upstream;
    this.keepMillis = keepMillis;
    this.ready = ready;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    closeIn(ctx, TimeUnit.SECONDS.toMillis(RESET_SECONDS));
    ctx.writeAndFlush(Messages.encoded(ctx.alloc(), new Query(DISCARD)));
    ctx.read();
  }

  private void closeIn(ChannelHandlerContext ctx, long millis) {
    deadline = ctx.executor().schedule(() -> ctx.close(), millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    held = Held.join(ctx.alloc(), held, (ByteBuf) msg);
    try {
      BackendMessage message = decoder.decode(held);
      while (message != null) {
        if (!expected(message)) {
          ctx.close();
          return;
        }
        if (done) {
          settled(ctx);
        }
        message = decoder.decode(held);
      }
    } catch (WireException e) {
      ctx.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.read();
  }

  private boolean expected(BackendMessage message) {
    if (done) {
      return false;
    }
    if (message instanceof ParameterStatus status) {
      upstream.changed(status);
    } else if (message instanceof CommandComplete complete) {
      discarded = complete.tag().equals(DISCARD);
      return discarded;
    } else if (message instanceof ReadyForQuery at) {
      done = discarded && at.status() == ReadyForQuery.Status.IDLE && upstream.asNew();
      return done;
    } else {
      return false;
    }
    return true;
  }

  private void settled(ChannelHandlerContext ctx) {
    deadline.cancel(false);
    closeIn(ctx, keepMillis);
    ready.accept(upstream);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    deadline.cancel(false);
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
