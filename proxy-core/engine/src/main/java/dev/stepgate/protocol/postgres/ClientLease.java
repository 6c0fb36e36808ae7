package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One client's hold on a session at the server, and how both are let go. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed anyway
final class ClientLease implements Lease {

  /** How long a client may take to read what it is told last. */
  private static final long LAST_WORDS_SECONDS = 5;

  private final Upstreams upstreams;
  private final Upstream upstream;
  private final Channel client;
  private final Cancels cancels;
  private BackendKeyData key;

  ClientLease(Upstreams upstreams, Upstream upstream, Channel client, Cancels cancels) {
    this.upstreams = upstreams;
    this.upstream = upstream;
    this.client = client;
    this.cancels = cancels;
  }

  @Override
  public Channel client() {
    return client;
  }

  @Override
  public Channel upstream() {
    return upstream.channel();
  }

  @Override
  public PostgresLimits limits() {
    return upstreams.target().limits();
  }

  @Override
  public String name() {
    return upstreams.target().name();
  }

  /** Gives the client a key of its own to cancel with; {@code cancel} runs on the client's loop. */
  BackendKeyData grant(int keyBytes, Runnable cancel) {
    int processId = upstream.key() == null ? 0 : upstream.key().processId();
    key = cancels.add(processId, keyBytes, () -> client.eventLoop().execute(cancel));
    return key;
  }

  @Override
  public Future<Void> cancel() {
    return upstreams.cancel(client.eventLoop(), upstream.key());
  }

  @Override
  public void finished(boolean clean) {
    revoke();
    client.close();
    terminate();
  }

  @Override
  public void broken(ByteBuf last, boolean running) {
    revoke();
    dismiss(client, last == null ? Unpooled.EMPTY_BUFFER : last);
    if (running && upstream.channel().isActive()) {
      // Closed before the cancel is through, the server would go on until it next writes.
      cancel().addListener(done -> upstream.channel().close());
    } else {
      terminate();
    }
  }

  private void revoke() {
    if (key != null) {
      cancels.remove(key);
    }
  }

  private void terminate() {
    Channel channel = upstream.channel();
    if (channel.isActive()) {
      channel
          .writeAndFlush(Messages.terminate(channel.alloc()))
          .addListener(ChannelFutureListener.CLOSE);
      closeLater(channel);
    }
  }

  /** Writes {@code last} and closes, at the latest after some seconds. */
  static void dismiss(Channel client, ByteBuf last) {
    if (!client.isActive()) {
      last.release();
      return;
    }
    client.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    closeLater(client);
  }

  private static void closeLater(Channel channel) {
    var timer =
        channel.eventLoop().schedule(() -> channel.close(), LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }
}
