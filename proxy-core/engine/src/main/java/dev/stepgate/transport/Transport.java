package dev.stepgate.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of one gateway, and the only place that binds and dials. Channels come with
 * {@code autoRead} off: {@code read()} is the credit for one more read. Thread-safe.
 */
public final class Transport implements AutoCloseable {

  /** The first read of a channel takes this many bytes; it grows with what comes. */
  static final int FIRST_READ_BYTES = 2 << 10;

  /** No read takes more, so that a recorded piece is never larger. */
  static final int MAX_READ_BYTES = 64 << 10;

  private static final int MIN_READ_BYTES = 512;

  /** Below this many bytes waiting to be written, a peer's other half is read again. */
  private static final int LOW_WATER_BYTES = 64 << 10;

  /** Above this many bytes waiting to be written, a peer's other half is not read. */
  private static final int HIGH_WATER_BYTES = 256 << 10;

  private static final int BACKLOG = 1024;
  private static final long CLOSE_SECONDS = 10;

  private final Io io;
  private final Threads threads = new Threads("stepgate-loop");
  private final MultiThreadIoEventLoopGroup group;
  private final ByteBufAllocator buffers;
  private final Offload offload = new Offload();

  /**
   * How many loops serve a machine best: half its processors, for each loop has a scribe beside it
   * and the kernel's share of its own work. One loop that is busy takes several clients' messages
   * at a waking; two on two cores wake for each, and take a core from each other: 0.83 instead of
   * 0.75 of PgBouncer's throughput there, eight clients, with 2 us less of CPU a transaction.
   */
  public static int loopsOf(int processors) {
    return Math.max(1, processors / 2);
  }

  /** As many loops, each one thread, as {@code loops} says. */
  public Transport(Io io, int loops) {
    this.io = io;
    this.group = new MultiThreadIoEventLoopGroup(loops, threads, io.handlers());
    this.buffers =
        new PooledByteBufAllocator(
            true,
            0,
            loops,
            PooledByteBufAllocator.defaultPageSize(),
            PooledByteBufAllocator.defaultMaxOrder(),
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            false);
  }

  /** The loops, for those who keep something per loop. */
  public List<EventLoop> loops() {
    List<EventLoop> loops = new ArrayList<>();
    for (EventExecutor loop : group) {
      loops.add((EventLoop) loop);
    }
    return loops;
  }

  /** Where blocking work is done: files, names, key derivation. Bounded in threads and queue. */
  public Executor offload() {
    return offload;
  }

  /**
   * Listens on the loopback address, on a port that the system chooses; accepted channels are
   * spread over the loops.
   *
   * @param accepted what each accepted channel starts with; sharable
   * @throws IOException if no port can be had
   */
  public Channel listen(ChannelHandler accepted) throws IOException {
    return bound(
        listener(io.listener(), accepted)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
        "no loopback port can be had");
  }

  /**
   * Listens on a Unix socket that lies at {@code path}, to which everybody may connect who may pass
   * through its directory. The file goes when the channel is closed.
   *
   * @param accepted what each accepted channel starts with; sharable
   * @throws IOException if it cannot be had
   */
  public Channel listen(Path path, ChannelHandler accepted) throws IOException {
    Channel channel =
        bound(
            listener(io.unix().listener(), accepted).bind(io.unix().address(path)),
            "no socket can be had at " + path);
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      channel.close().awaitUninterruptibly();
      throw e;
    }
    return channel;
  }

  private ServerBootstrap listener(Class<? extends ServerChannel> type, ChannelHandler accepted) {
    return new ServerBootstrap()
        .group(group)
        .channel(type)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .option(ChannelOption.ALLOCATOR, buffers)
        .childOption(ChannelOption.ALLOCATOR, buffers)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, new ReadSizes())
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.AUTO_CLOSE, true)
        .childHandler(accepted);
  }

  private static Channel bound(ChannelFuture binding, String failed) throws IOException {
    if (!binding.awaitUninterruptibly().isSuccess()) {
      throw new IOException(failed, binding.cause());
    }
    // Remembered by the channel: accepted ones are asked where they came in, also later.
    binding.channel().localAddress();
    return binding.channel();
  }

  /** Tells whose process a client of its listeners is. */
  public Peers peers() {
    return new Peers(io.peers(), io.unix());
  }

  /**
   * Dials from a loop. Names are looked up off the loop; the addresses that come back are tried in
   * turn within {@code timeout} each.
   *
   * @param handler what the channel starts with
   */
  public Future<Channel> dial(
      EventLoop loop, String host, int port, Duration timeout, ChannelHandler handler) {
    Promise<Channel> dialled = loop.newPromise();
    Addresses.of(host, loop, offload)
        .addListener(
            (Future<InetAddress[]> found) -> {
              if (found.isSuccess()) {
                Bootstrap bootstrap = dialler(loop, timeout, handler);
                new Dialling(bootstrap, found.getNow(), port, dialled).next(null);
              } else {
                dialled.tryFailure(found.cause());
              }
            });
    return dialled;
  }

  private Bootstrap dialler(EventLoop loop, Duration timeout, ChannelHandler handler) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(io.stream())
            .disableResolver()
            .option(ChannelOption.ALLOCATOR, buffers)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadSizes())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .handler(handler);
    io.dialOptions().forEach((option, value) -> set(bootstrap, option, value));
    return bootstrap;
  }

  @SuppressWarnings("unchecked")
  private static <T> void set(Bootstrap bootstrap, ChannelOption<T> option, Object value) {
    bootstrap.option(option, (T) value);
  }

  private static WriteBufferWaterMark waterMark() {
    return new WriteBufferWaterMark(LOW_WATER_BYTES, HIGH_WATER_BYTES);
  }

  /** Closes all channels and ends all threads; waits for them, but not for ever. */
  @Override
  public void close() {
    offload.close();
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(2 * CLOSE_SECONDS, TimeUnit.SECONDS);
    threads.join(Duration.ofSeconds(CLOSE_SECONDS));
    awaitGlobalExecutor();
  }

  /** Netty tells of a loop's end on a thread of its own, which ends itself after a second. */
  private static void awaitGlobalExecutor() {
    try {
      GlobalEventExecutor.INSTANCE.awaitInactivity(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (IllegalStateException neverStarted) {
      // Nothing to wait for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Small first reads, so that 5,000 idle sessions are cheap; 64 KiB once data flows. */
  private static final class ReadSizes extends AdaptiveRecvByteBufAllocator {
    ReadSizes() {
      super(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES);
    }
  }
}
