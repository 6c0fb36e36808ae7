package dev.stepgate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointSocketsTest {

  private static final String SESSION = "01KAV9QZ5MW8RT2M4N6P7S9X0A";

  private Path place;

  // Not the test framework's own, whose path may be too long for a socket.
  @BeforeEach
  void make() throws Exception {
    place = Files.createTempDirectory("sg");
  }

  @AfterEach
  void remove() throws Exception {
    try (var all = Files.walk(place)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void a_sessions_directory_can_be_passed_by_all_and_written_by_the_gateway_alone()
      throws Exception {
    try (EndpointSockets sockets = open(Optional.of(place.resolve("steps")))) {
      Path directory = sockets.directory(SESSION);

      assertThat(permissions(directory)).isEqualTo("rwx--x--x");
      assertThat(permissions(directory.getParent())).isEqualTo("rwx--x--x");
      assertThat(directory).isEqualTo(place.resolve("steps").resolve(SESSION));

      sockets.remove(directory);
      assertThat(directory).doesNotExist();
    }
  }

  @Test
  void without_a_configured_place_it_makes_one_notes_it_and_takes_it_away() throws Exception {
    Path root;
    try (EndpointSockets sockets = open(Optional.empty())) {
      assertThat(remembered()).doesNotExist();
      Path directory = sockets.directory(SESSION);
      root = directory.getParent();

      assertThat(Files.readString(remembered())).isEqualTo(root + "\n");
      sockets.remove(directory);
    }
    assertThat(root).doesNotExist();
    assertThat(remembered()).doesNotExist();
  }

  @Test
  void what_a_killed_predecessor_left_is_removed_at_the_start() throws Exception {
    EndpointSockets killed = open(Optional.empty());
    Path directory = killed.directory(SESSION);
    deadSocket(directory.resolve(".s.PGSQL.40112"));

    open(Optional.empty());

    assertThat(directory.getParent()).doesNotExist();
    assertThat(remembered()).doesNotExist();
  }

  @Test
  void in_a_configured_place_only_dead_sockets_are_removed() throws Exception {
    Path steps = place.resolve("steps");
    EndpointSockets killed = open(Optional.of(steps));
    Path dead = killed.directory(SESSION);
    deadSocket(dead.resolve(".s.PGSQL.40112"));
    Path living = killed.directory("01KAV9QZ5MW8RT2M4N6P7S9X0B");
    Path socket = living.resolve(".s.PGSQL.40113");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));

      open(Optional.of(steps));

      assertThat(dead).doesNotExist();
      assertThat(socket).exists();
    }
  }

  @Test
  void what_is_no_socket_of_ours_stays_where_it_is() throws Exception {
    Path steps = place.resolve("steps");
    EndpointSockets sockets = open(Optional.of(steps));
    Path directory = sockets.directory(SESSION);
    Path file = Files.writeString(directory.resolve(".s.PGSQL.40112"), "somebody's");

    sockets.remove(directory);

    assertThat(file).exists();
  }

  @Test
  void a_link_in_the_place_of_a_sessions_directory_leads_no_removal_elsewhere() throws Exception {
    Path elsewhere = Files.createDirectory(place.resolve("elsewhere"));
    deadSocket(elsewhere.resolve(".s.PGSQL.5432"));
    EndpointSockets sockets = open(Optional.of(place.resolve("steps")));
    Path directory = sockets.directory(SESSION);
    Files.delete(directory);
    Files.createSymbolicLink(directory, elsewhere);

    sockets.remove(directory);
    open(Optional.of(place.resolve("steps")));

    assertThat(elsewhere.resolve(".s.PGSQL.5432")).exists();
  }

  @Test
  void a_link_or_a_directory_that_others_may_write_is_no_place() throws Exception {
    Path link = Files.createSymbolicLink(place.resolve("link"), place);
    Path open = Files.createDirectory(place.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> open(Optional.of(link)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("only it may write");
    assertThatThrownBy(() -> open(Optional.of(open))).isInstanceOf(IOException.class);
  }

  @Test
  void a_note_that_leads_elsewhere_removes_nothing() throws Exception {
    Path others = Files.createDirectory(place.resolve("others"));
    Files.writeString(others.resolve("file"), "kept");
    Files.writeString(remembered(), others + "\n");

    open(Optional.empty());

    assertThat(others.resolve("file")).exists();
  }

  @Test
  void a_place_with_too_long_a_path_is_refused_with_both_lengths() {
    Path deep = Path.of("/run/" + "d".repeat(80));

    assertThatThrownBy(() -> open(Optional.of(deep)))
        .hasMessageContaining("127 bytes")
        .hasMessageContaining("103");
    assertThat(EndpointSockets.tooLong(Path.of("/run/" + "d".repeat(56)))).isEmpty();
    assertThat(EndpointSockets.tooLong(Path.of("/run/" + "d".repeat(57)))).isPresent();
  }

  private EndpointSockets open(Optional<Path> configured) throws IOException {
    return EndpointSockets.open(configured, remembered());
  }

  private Path remembered() {
    return place.resolve("sockets");
  }

  private static void deadSocket(Path path) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(path).exists();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
