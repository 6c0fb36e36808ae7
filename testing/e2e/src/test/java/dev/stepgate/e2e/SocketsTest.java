package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A step's clients at the Unix sockets of its endpoints. */
@EndToEnd
class SocketsTest {

  private static final String PASSWORD = Machine.secret();
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void libpq_finds_the_socket_by_itself_by_the_url_and_the_port_if_it_is_told_to() {
    try (Gateway gateway = gateway();
        HeldStep step = gateway.hold()) {
      Ran itself = conninfo(step);
      Ran url = step.client("psql", "-X", step.variable("DATABASE_URL"), "-c", "\\conninfo").run();
      Ran port = conninfo(step, "-h", "127.0.0.1");
      Ran tls = step.client("psql", "-XAtc", "SELECT 42").with("PGSSLMODE", "prefer").run();

      assertThat(itself.ok().out()).contains("via socket in \"" + step.variable("PGHOST") + "\"");
      assertThat(url.ok().out()).isEqualTo(itself.out());
      assertThat(port.ok().out()).contains("on host \"127.0.0.1\"");
      assertThat(tls.ok().out()).isEqualTo("42\n");

      String session = step.seal().session();
      String state = gateway.state().toString();
      assertThat(gateway.cli("replay", "--state", state, session + "/1").run().ok().out())
          .contains("client unix,")
          .contains("peer: {\"is\":\"step\",\"uid\":");
      assertThat(Path.of(step.variable("PGHOST"))).doesNotExist();
      assertThat(Path.of(step.variable("PGHOST")).getParent()).doesNotExist();
    }
  }

  @Test
  void a_statement_is_cancelled_over_the_socket() {
    try (Gateway gateway = gateway();
        HeldStep step = gateway.hold()) {
      Ran ran =
          step.client("timeout", "-s", "INT", "2", "psql", "-Xc", "SELECT pg_sleep(60)").run();

      assertThat(ran.err()).contains("canceling statement due to user request");
    }
  }

  @Test
  void a_socket_is_the_steps_users_alone_and_nothing_there_is_the_steps_to_change()
      throws Exception {
    assumeTrue(Machine.root(), "not root, so there is no other user to connect as");
    try (Gateway gateway = gateway().isolated();
        HeldStep step = gateway.hold()) {
      String[] client = {"psql", "-XAtc", "SELECT 42"};
      Ran own = Program.as("stepgate-step", client).with(step.variables()).run();
      Ran stranger = Program.as("daemon", client).with(step.variables()).run();
      Path socket = Path.of(step.variable("PGHOST"), ".s.PGSQL." + step.variable("PGPORT"));
      Ran removed = Program.as("stepgate-step", "rm", "-f", socket.toString()).run();
      Ran listed =
          Program.as("stepgate-step", "ls", socket.getParent().getParent().toString()).run();

      assertThat(own.ok().out()).isEqualTo("42\n");
      assertThat(stranger.exit()).isNotZero();
      assertThat(stranger.err()).contains("this endpoint is another user's");
      assertThat(removed.exit()).isNotZero();
      assertThat(listed.exit()).isNotZero();
      assertThat(Files.exists(socket, LinkOption.NOFOLLOW_LINKS)).isTrue();
      assertThat(events(gateway)).contains("\"peer\":\"unix\"", "\"uid\":1,");
    }
  }

  @Test
  void a_served_gateways_sockets_lie_where_it_is_told_and_a_killed_ones_go_at_the_next_start()
      throws Exception {
    Path place = Files.createTempDirectory("sg"); // short, as a socket's path has to be
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path steps = place.resolve("steps");
    String directory = "endpoints: { directory: " + steps + " }";
    try (Gateway gateway = gateway().serving().with(directory)) {
      Path left;
      try (ServedGateway served = gateway.serve();
          HeldStep step =
              HeldStep.start(served.exec("sh", "-c", "env; echo ready; exec cat >/dev/null"))) {
        left = Path.of(step.variable("PGHOST"));
        assertThat(left.getParent()).isEqualTo(steps);
        served.process().destroyForcibly().onExit().join();
        assertThat(entries(left)).hasSize(1);
      }
      try (ServedGateway again = gateway.serve()) {
        assertThat(left).doesNotExist();
        assertThat(again.exec("psql", "-XAtc", "SELECT 42").run().ok().out()).isEqualTo("42\n");
        assertThat(entries(steps)).isEmpty();
      }
    } finally {
      Machine.remove(place);
    }
  }

  @Test
  void a_step_is_told_ports_if_it_asks_for_them_or_there_are_no_sockets() {
    String[] command = {"sh", "-c", "echo $PGHOST; psql -XAtc 'SELECT 42'"};
    try (Gateway gateway = gateway()) {
      Ran asked = gateway.execWith(List.of("--loopback"), command).run();
      Ran none = gateway.with("endpoints: { sockets: off }").exec(command).run();

      assertThat(asked.ok().out()).isEqualTo("127.0.0.1\n42\n");
      assertThat(none.ok().out()).isEqualTo("127.0.0.1\n42\n");
    }
  }

  private static String events(Gateway gateway) throws IOException, InterruptedException {
    Path file = gateway.state().resolve("events/000001.jsonl");
    for (int i = 0; i < 200; i++) {
      String text = Files.exists(file) ? Files.readString(file) : "";
      if (text.contains("stranger-refused")) {
        return text;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no event");
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static Ran conninfo(HeldStep step, String... more) {
    List<String> words = new java.util.ArrayList<>(List.of("psql", "-X"));
    words.addAll(List.of(more));
    words.addAll(List.of("-c", "\\conninfo"));
    return step.client(words.toArray(String[]::new)).run();
  }

  private static Gateway gateway() {
    return Gateway.before(server, "orders", "ci", PASSWORD);
  }
}
