package dev.stepgate.gateway.exec;

import dev.stepgate.transport.Io;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.time.Duration;
import java.util.Map;

/** The machine's own I/O where Netty has a library for it (epoll on Linux), else the JDK's. */
final class NativeIo {

  /** How long a server may leave what was sent to it unacknowledged before it counts as dead. */
  static final Duration USER_TIMEOUT = Duration.ofSeconds(90);

  private NativeIo() {}

  static Io best() {
    return Epoll.isAvailable() ? epoll() : Io.nio();
  }

  private static Io epoll() {
    return new Io(
        EpollIoHandler.newFactory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        Map.of(
            EpollChannelOption.TCP_KEEPIDLE,
            Io.KEEPALIVE_IDLE_SECONDS,
            EpollChannelOption.TCP_KEEPINTVL,
            Io.KEEPALIVE_INTERVAL_SECONDS,
            EpollChannelOption.TCP_KEEPCNT,
            Io.KEEPALIVE_PROBES,
            EpollChannelOption.TCP_USER_TIMEOUT,
            (int) USER_TIMEOUT.toMillis()),
        new EpollUnixSockets(),
        SocketDiag::best);
  }
}
