package dev.stepgate.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepgate.transport.Loopback;
import dev.stepgate.transport.PeerTable;
import dev.stepgate.transport.PeerUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketDiagTest {

  private PeerTable table;
  private int own;

  @BeforeEach
  void open() throws Exception {
    table = SocketDiag.best();
    assumeTrue(table instanceof SocketDiag, "this system lets nobody ask");
    own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void the_users_of_connections_are_told_in_the_order_they_were_asked_for() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
        Socket one = gone(listener);
        Socket second = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket two = listener.accept()) {
      assertThat(table.users(List.of(connection(one), connection(two))))
          .containsExactly(PeerUser.GONE, PeerUser.of(own));
      assertThat(second.isConnected()).isTrue();
    }
  }

  @Test
  void a_client_with_a_socket_for_both_address_families_is_found() throws Exception {
    try (ServerSocketChannel listener =
            ServerSocketChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET6)) {
      client.connect(listener.getLocalAddress());
      try (SocketChannel accepted = listener.accept()) {
        assertThat(table.users(List.of(connection(accepted.socket()))))
            .containsExactly(PeerUser.of(own));
      }
    }
  }

  @Test
  void who_listens_on_a_port_is_not_taken_for_a_client_that_had_it() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress listens = (InetSocketAddress) listener.getLocalSocketAddress();
      InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

      assertThat(table.users(List.of(new Loopback(listens, here)))).containsExactly(PeerUser.GONE);
    }
  }

  /** The accepted end of a connection whose client has closed. */
  private static Socket gone(ServerSocket listener) throws IOException {
    try (Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
      assertThat(client.isConnected()).isTrue();
      return listener.accept();
    }
  }

  private static Loopback connection(Socket accepted) {
    return new Loopback(
        (InetSocketAddress) accepted.getRemoteSocketAddress(),
        (InetSocketAddress) accepted.getLocalSocketAddress());
  }
}
