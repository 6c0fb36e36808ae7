package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A state directory that is full, or that nobody may write to. Needs root, to mount it. */
@EndToEnd
class FullDiskTest {

  private static final Pattern ID = Pattern.compile(IdLoad.FORM);

  private PostgresServer server;
  private String password;
  private Path mount;

  @BeforeEach
  void mount() {
    assumeTrue(Machine.root(), "not root, so no small file system can be mounted");
    password = Machine.secret();
    server = PostgresServer.start();
    server.database("orders", "ci", password);
    server.sql("orders", "CREATE TABLE ids (id text)");
    server.sql("orders", "GRANT ALL ON ids TO ci");
    mount = Machine.directory("small");
    String size = "size=" + (16 * Runtime.getRuntime().availableProcessors() + 24) + "m";
    Program.of("mount", "-t", "tmpfs", "-o", size, "tmpfs", mount.toString()).run().ok();
  }

  @AfterEach
  void unmount() {
    if (mount != null) {
      Program.of("umount", "-l", mount.toString()).run().ok();
      Machine.remove(mount);
      server.close();
    }
  }

  @Test
  void a_copy_stops_when_its_data_can_no_longer_be_recorded() {
    try (Gateway gateway = gateway();
        HeldStep step = gateway.hold()) {
      String rows = "head -n 20000000 < <(yes 'twenty characters...')";

      Ran copy = shell(step, rows + " | psql -qc 'COPY ids FROM STDIN'");
      Ran next = step.client("psql", "-XAtqc", "INSERT INTO ids VALUES ('after')").run();

      assertThat(copy.exit()).isNotZero();
      assertThat(copy.err()).containsIgnoringCase("record");
      assertThat(next.exit()).isNotZero();
      assertThat(server.sql("orders", "SELECT count(*) FROM ids")).isEqualTo("0");
    }
  }

  @Test
  void no_statement_is_forwarded_that_could_not_be_recorded() {
    try (Gateway gateway = gateway()) {
      IdLoad load = new IdLoad();
      try (HeldStep step = gateway.hold()) {
        load.start(step.variables());
        load.join(); // each client ends at its first error
      }
      Set<String> executed =
          new TreeSet<>(Arrays.asList(server.sql("orders", "SELECT id FROM ids").split("\n")));
      Program.of("mount", "-o", "remount,size=1g", mount.toString()).run().ok();
      try (HeldStep step = gateway.hold()) {
        step.seal(); // the next start completes what the full disk held up
      }

      assertThat(executed).hasSizeGreaterThan(100);
      RecordingFile.below(gateway.state())
          .forEach(r -> ID.matcher(r.asked()).results().forEach(m -> executed.remove(m.group())));
      assertThat(executed).isEmpty();
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    }
  }

  @Test
  void a_disk_without_room_for_the_journal_refuses_the_step_before_it_begins() {
    Program.of("mount", "-o", "remount,size=4m", mount.toString()).run().ok();
    try (Gateway gateway = gateway()) {
      Ran ran = gateway.exec("touch", mount + "/begun").run();

      assertThat(ran.exit()).isNotZero();
      assertThat(ran.err()).contains("stepgate: ").contains(gateway.state().toString());
      assertThat(mount.resolve("begun")).doesNotExist();
    }
  }

  @Test
  void a_read_only_state_directory_refuses_the_step_before_it_begins() throws Exception {
    Path state = Files.createDirectory(mount.resolve("state"));
    Program.of("chmod", "700", state.toString()).run().ok();
    Program.of("mount", "-o", "remount,ro", mount.toString()).run().ok();
    try (Gateway gateway = gateway()) {
      Path marker = Machine.directory("marker").resolve("begun");
      Ran ran = gateway.exec("touch", marker.toString()).run();

      assertThat(ran.exit()).isNotZero();
      assertThat(ran.err()).contains("stepgate: ").contains(state.toString());
      assertThat(marker).doesNotExist();
      Machine.remove(marker.getParent());
    }
  }

  private Gateway gateway() {
    Gateway gateway = Gateway.before(server, "orders", "ci", password);
    Path key = gateway.configuration().resolveSibling("keys").resolve("log.key");
    return gateway.state(mount.resolve("state")).key(key).limit("journal: 16MiB");
  }

  private static Ran shell(HeldStep step, String script) {
    return step.client("bash", "-c", "set -o pipefail; " + script)
        .within(Duration.ofMinutes(2))
        .run();
  }
}
