package dev.stepgate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackPeersTest {

  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 45_678);
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_112);

  private static final Loopback CONNECTION = new Loopback(CLIENT, HERE);

  // As proc(5) shows it: local, remote, state, queues, timer, retransmits, uid, timeout, inode.
  private static final String LINE =
      "   3: %s:%s %s:%s %s 00000000:00000000 00:00000000 00000000  %s        0 %s 1 0 20 4\n";
  private static final String V4 = "0100007F";
  private static final String V6 = "0000000000000000FFFF00000100007F";
  private static final String FROM = "B26E";
  private static final String TO = "9CB0";

  @TempDir private Path directory;

  @Test
  void the_user_of_a_real_connection_is_this_process_user() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "no /proc/net/tcp here");
    int own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Socket accepted = listener.accept()) {
      Loopback connection = connection(accepted);

      assertThat(new LoopbackPeers().users(List.of(connection))).containsExactly(PeerUser.of(own));
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void a_client_with_a_socket_for_both_address_families_is_found() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/net/tcp6")), "no /proc/net/tcp6 here");
    int own = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    try (ServerSocketChannel listener =
            ServerSocketChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.INET6)) {
      client.connect(listener.getLocalAddress());
      try (SocketChannel accepted = listener.accept()) {
        assertThat(new LoopbackPeers().users(List.of(connection(accepted.socket()))))
            .containsExactly(PeerUser.of(own));
      }
    }
  }

  @Test
  void a_client_that_has_closed_is_nobodys() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "no /proc/net/tcp here");
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
      try (Socket accepted = listener.accept()) {
        client.close();

        assertThat(new LoopbackPeers().users(List.of(connection(accepted))))
            .containsExactly(PeerUser.GONE);
      }
    }
  }

  private static Loopback connection(Socket accepted) {
    return new Loopback(
        (InetSocketAddress) accepted.getRemoteSocketAddress(),
        (InetSocketAddress) accepted.getLocalSocketAddress());
  }

  @Test
  void the_clients_line_is_taken_and_not_the_endpoints_own() throws Exception {
    String ours = LINE.formatted(V4, TO, V4, FROM, "01", "77", "9");

    assertThat(user(ours)).isEqualTo(PeerUser.GONE);
    assertThat(user(ours + LINE.formatted(V4, FROM, V4, TO, "01", "1001", "5")))
        .isEqualTo(PeerUser.of(1001));
  }

  @Test
  void a_client_with_an_ipv6_socket_is_found() throws Exception {
    assertThat(user(LINE.formatted(V6, FROM, V6, TO, "01", "1001", "5")))
        .isEqualTo(PeerUser.of(1001));
  }

  @Test
  void an_ipv6_address_that_only_ends_like_ours_is_another() throws Exception {
    String other = "0000000000000000000000000100007F";

    assertThat(user(LINE.formatted(other, FROM, other, TO, "01", "1001", "5")))
        .isEqualTo(PeerUser.GONE);
  }

  @Test
  void what_belongs_to_no_process_any_more_is_nobodys() throws Exception {
    assertThat(user(LINE.formatted(V4, FROM, V4, TO, "06", "0", "0"))).isEqualTo(PeerUser.GONE);
    assertThat(user(LINE.formatted(V4, FROM, V4, TO, "05", "0", "0"))).isEqualTo(PeerUser.GONE);
  }

  @Test
  void the_largest_uid_there_is_is_read() throws Exception {
    assertThat(user(LINE.formatted(V4, FROM, V4, TO, "01", "4294967294", "4294967295")))
        .isEqualTo(PeerUser.of(-2));
  }

  @Test
  void lines_that_are_odd_are_passed_over() throws Exception {
    String odd = "sl local\n\n1 2 3\n   \n 3: :9CB0 : 01\n";
    String many = LINE.formatted(V4, FROM, V4, TO, "01", "many", "5");

    assertThat(user(odd + many)).isEqualTo(PeerUser.GONE);
    assertThat(user(odd + LINE.formatted(V4, FROM, V4, TO, "01", "7", "5")))
        .isEqualTo(PeerUser.of(7));
  }

  @Test
  void without_a_table_nothing_is_told() {
    assertThat(new LoopbackPeers(List.of(directory.resolve("none"))).users(List.of(CONNECTION)))
        .containsExactly(PeerUser.UNTOLD);
  }

  @Test
  void a_line_without_an_end_makes_nobody_unknown() throws Exception {
    assertThat(user("x".repeat(1 << 17))).isEqualTo(PeerUser.BUSY);
  }

  @Test
  void one_reading_serves_all_who_ask_and_wherever_a_line_falls_between_reads() throws Exception {
    StringBuilder table = new StringBuilder();
    List<Loopback> asked = new ArrayList<>();
    List<PeerUser> expected = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      table.append(LINE.formatted(V4, String.format("%04X", 1024 + i), V4, TO, "01", i, "5"));
      asked.add(
          new Loopback(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1024 + i), HERE));
      expected.add(PeerUser.of(i));
    }

    assertThat(users(table.toString(), asked)).isEqualTo(expected);
  }

  private PeerUser user(String table) throws Exception {
    return users(table, List.of(CONNECTION)).get(0);
  }

  private List<PeerUser> users(String table, List<Loopback> asked) throws Exception {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the lines are little-endian");
    Path file = Files.writeString(directory.resolve("tcp"), table);
    return new LoopbackPeers(List.of(file)).users(asked);
  }
}
