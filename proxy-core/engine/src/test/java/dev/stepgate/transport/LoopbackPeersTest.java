package dev.stepgate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackPeersTest {

  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 45_678);
  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_112);

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
      OptionalInt uid =
          new LoopbackPeers()
              .uid(
                  (InetSocketAddress) accepted.getRemoteSocketAddress(),
                  (InetSocketAddress) accepted.getLocalSocketAddress());

      assertThat(uid).hasValue(own);
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void the_clients_line_is_taken_and_not_the_endpoints_own() throws Exception {
    String ours = LINE.formatted(V4, TO, V4, FROM, "01", "77", "9");

    assertThat(uid(ours)).isEmpty();
    assertThat(uid(ours + LINE.formatted(V4, FROM, V4, TO, "01", "1001", "5"))).hasValue(1001);
  }

  @Test
  void a_client_with_an_ipv6_socket_is_found() throws Exception {
    assertThat(uid(LINE.formatted(V6, FROM, V6, TO, "01", "1001", "5"))).hasValue(1001);
  }

  @Test
  void what_belongs_to_no_process_any_more_is_nobodys() throws Exception {
    assertThat(uid(LINE.formatted(V4, FROM, V4, TO, "06", "0", "0"))).isEmpty();
    assertThat(uid(LINE.formatted(V4, FROM, V4, TO, "05", "0", "0"))).isEmpty();
  }

  @Test
  void a_table_that_is_odd_or_not_there_says_nothing() throws Exception {
    assertThat(uid("sl local\n\n1 2 3\n" + LINE.formatted(V4, FROM, V4, TO, "01", "many", "5")))
        .isEmpty();
    assertThat(new LoopbackPeers(List.of(directory.resolve("none"))).uid(CLIENT, HERE)).isEmpty();
  }

  private OptionalInt uid(String table) throws Exception {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the lines are little-endian");
    Path file = Files.writeString(directory.resolve("tcp"), table);
    return new LoopbackPeers(List.of(file)).uid(CLIENT, HERE);
  }
}
