package dev.stepgate.transport;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import java.net.SocketAddress;
import java.nio.file.Path;

/** Unix sockets in the words of one kind of I/O. */
public interface UnixSockets {

  /** The class of listening channels. */
  Class<? extends ServerChannel> listener();

  /** The address of a socket that lies at {@code path}. */
  SocketAddress address(Path path);

  /** Whether {@link #user} takes some microseconds and waits for nothing. */
  boolean quick();

  /**
   * Who made the connection, as the kernel noted when it was made (unix(7), SO_PEERCRED).
   *
   * @param client an accepted channel
   * @param expected the user for whom the answer has to be a number
   */
  PeerUser user(Channel client, int expected);
}
