package dev.stepgate.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.Map;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/**
 * Which I/O the loops use. The engine brings the JDK's own; a gateway may hand in a native one.
 *
 * @param handlers what runs a loop
 * @param listener the class of listening channels
 * @param stream the class of dialled channels
 * @param dialOptions options of dialled channels beyond those that every I/O knows: how soon a dead
 *     peer is noticed
 * @param unix its Unix sockets
 * @param peers makes the table of loopback connections' users when it is first needed; may block
 */
public record Io(
    IoHandlerFactory handlers,
    Class<? extends ServerChannel> listener,
    Class<? extends Channel> stream,
    Map<ChannelOption<?>, Object> dialOptions,
    UnixSockets unix,
    Supplier<PeerTable> peers) {

  /** Silence after which a peer is probed, in seconds. */
  public static final int KEEPALIVE_IDLE_SECONDS = 60;

  /** Time between probes, in seconds. */
  public static final int KEEPALIVE_INTERVAL_SECONDS = 10;

  /** How many probes may stay unanswered. */
  public static final int KEEPALIVE_PROBES = 3;

  /** Copies the map. */
  public Io {
    dialOptions = Map.copyOf(dialOptions);
  }

  /** The JDK's own selectors. */
  public static Io nio() {
    return new Io(
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        Map.of(
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
            KEEPALIVE_IDLE_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
            KEEPALIVE_INTERVAL_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
            KEEPALIVE_PROBES),
        new NioUnixSockets(),
        LoopbackPeers::new);
  }
}
