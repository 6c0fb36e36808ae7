package dev.stepgate.gateway.exec;

import dev.stepgate.transport.PeerUser;
import dev.stepgate.transport.UnixSockets;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;

/** Netty's own for Linux: the kernel's number of the peer's user, without a look-up. */
final class EpollUnixSockets implements UnixSockets {

  @Override
  public Class<? extends ServerChannel> listener() {
    return EpollServerDomainSocketChannel.class;
  }

  @Override
  public SocketAddress address(Path path) {
    return new DomainSocketAddress(path.toFile());
  }

  @Override
  public boolean quick() {
    return true;
  }

  @Override
  public PeerUser user(Channel client, int expected) {
    try {
      return PeerUser.of(((EpollDomainSocketChannel) client).peerCredentials().uid());
    } catch (IOException e) {
      return PeerUser.GONE; // closed meanwhile
    }
  }
}
