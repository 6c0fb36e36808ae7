package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.StartupMessage.Parameter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One client's hold on a session at the server, and how both are let go. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be written is closed anyway
final class ClientLease implements Lease {

  /** How long a client may take to read what it is told last. */
  private static final long LAST_WORDS_SECONDS = 5;

  private final Upstreams upstreams;
  private final Upstream upstream;
  private final Channel client;
  private final Cancels cancels;
  private final IdleUpstreams idle;
  private final Runnable released;
  private BackendKeyData key;

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
  public Insight insight() {
    return upstreams.insight(
        upstream.startup().parameter("database").orElse(upstreams.target().database()));
  }

  @Override
  public String setting(String name) {
    return upstream.setting(name);
  }

  @Override
  public Memory memory() {
    return upstreams.memory();
  }

  @Override
  public String name() {
    return upstreams.target().name();
  }

  /**
   * A hold.
   *
   * @param idle where the server connection goes if it can be kept
   * @param released is told when it went there
   */
  ClientLease(
      Upstreams upstreams,
      Upstream upstream,
      Channel client,
      Cancels cancels,
      IdleUpstreams idle,
      Runnable released) {
    this.upstreams = upstreams;
    this.upstream = upstream;
    this.client = client;
    this.cancels = cancels;
    this.idle = idle;
    this.released = released;
  }

  /** Gives the client a key of its own to cancel with; {@code cancel} runs on the client's loop. */
  BackendKeyData grant(int keyBytes, Runnable cancel) {
    int processId = upstream.key() == null ? 0 : upstream.key().processId();
    key =
        cancels.add(
            processId,
            keyBytes,
            seen ->
                client
                    .eventLoop()
                    .execute(
                        () -> {
                          cancel.run();
                          seen.run();
                        }));
    return key;
  }

  @Override
  public Future<Upstream> another(List<StartupMessage.Parameter> settings) {
    List<StartupMessage.Parameter> parameters = new ArrayList<>(upstream.startup().parameters());
    Set<String> set = settings.stream().map(Parameter::name).collect(Collectors.toSet());
    parameters.removeIf(parameter -> set.contains(parameter.name()));
    parameters.addAll(settings);
    return upstreams.open(
        client.eventLoop(), new StartupMessage(upstream.startup().minor(), parameters));
  }

  @Override
  public Future<Void> cancel() {
    return upstreams.cancel(client.eventLoop(), upstream.key());
  }

  @Override
  public void finished(boolean clean) {
    revoke();
    // Behind the last answer: a client that reads slowly gets it all the same.
    dismiss(client, Unpooled.EMPTY_BUFFER);
    if (clean && idle.give(upstream)) {
      released.run();
    } else {
      terminate();
    }
  }

  @Override
  public void parameter(ParameterStatus status) {
    upstream.changed(status);
  }

  @Override
  public void defined() {
    idle.evict();
  }

  @Override
  public void broken(ByteBuf last, boolean running) {
    revoke();
    dismiss(client, last == null ? Unpooled.EMPTY_BUFFER : last);
    // No Terminate: it would take along what was written and must not be flushed.
    if (running && upstream.channel().isActive()) {
      // Closed before the cancel is through, the server would go on until it next writes.
      cancel().addListener(done -> upstream.channel().close());
    } else {
      upstream.channel().close();
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
