package dev.stepgate.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * The JDK's own. It gives a peer's user as a name that the system's databases have for it, so that
 * asking may wait for them; what is told apart are root, the expected user and all others.
 */
final class NioUnixSockets implements UnixSockets {

  private static final ChannelOption<UnixDomainPrincipal> CREDENTIALS =
      NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED);
  private static final int ROOT = 0;

  @Override
  public Class<? extends ServerChannel> listener() {
    return NioServerDomainSocketChannel.class;
  }

  @Override
  public SocketAddress address(Path path) {
    return UnixDomainSocketAddress.of(path);
  }

  @Override
  public boolean quick() {
    return false;
  }

  @Override
  public PeerUser user(Channel client, int expected) {
    UnixDomainPrincipal principal;
    try {
      principal = client.config().getOption(CREDENTIALS);
    } catch (RuntimeException e) {
      return PeerUser.GONE; // closed meanwhile
    }
    if (principal == null) {
      return PeerUser.GONE;
    }
    try {
      if (principal.user().equals(user(expected))) {
        return PeerUser.of(expected);
      }
      return principal.user().equals(user(ROOT)) ? PeerUser.of(ROOT) : PeerUser.OTHER;
    } catch (IOException e) {
      return PeerUser.OTHER;
    }
  }

  // A number that no user has as a name is taken as the number.
  private static UserPrincipal user(int uid) throws IOException {
    return FileSystems.getDefault()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(Integer.toUnsignedString(uid));
  }
}
