package dev.stepgate.gateway.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DroppedPrivilegesTest {

  private static final OsUser USER = new OsUser("step", 1001, 1002, "/home/step");
  private static final String DROPPED =
      """
      Name:\tcat
      Uid:\t1001\t1001\t1001\t1001
      Gid:\t1002\t1002\t1002\t1002
      Groups:\t
      CapInh:\t0000000000000000
      CapPrm:\t0000000000000000
      CapEff:\t0000000000000000
      CapBnd:\t0000000000000000
      CapAmb:\t0000000000000000
      NoNewPrivs:\t1
      """;

  @TempDir private Path directory;

  @Test
  void a_process_with_nothing_left_is_accepted() {
    assertThat(DroppedPrivileges.wrongWith(DROPPED, USER)).isNull();
  }

  @Test
  void whatever_is_left_is_named() {
    assertThat(left("Uid:\t1001\t1001", "Uid:\t1001\t0")).startsWith("uids");
    assertThat(left("Gid:\t1002\t1002\t1002\t1002", "Gid:\t1002\t1002\t1002\t0"))
        .startsWith("gids");
    assertThat(left("Groups:\t", "Groups:\t27 999")).isEqualTo("groups 27 999");
    assertThat(left("Groups:\t\n", "")).startsWith("groups");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(left(set + ":\t0000000000000000", set + ":\t0000000000000080"))
          .isEqualTo("capabilities " + set + " 0000000000000080");
      assertThat(left(set + ":\t0000000000000000\n", "")).startsWith("capabilities " + set);
    }
    assertThat(left("NoNewPrivs:\t1", "NoNewPrivs:\t0")).isEqualTo("a way to new privileges");
    assertThat(left("NoNewPrivs:\t1\n", "")).isEqualTo("a way to new privileges");
  }

  @Test
  void root_is_no_user_for_a_step() {
    assertThatThrownBy(() -> DroppedPrivileges.to(new OsUser("root", 0, 0, "/root")))
        .isInstanceOf(IsolationException.class);
    assertThatThrownBy(() -> DroppedPrivileges.to(new OsUser("toor", 5, 0, "/root")))
        .hasMessageContaining("in root's group");
  }

  @Test
  void without_the_right_to_change_users_nothing_is_run() throws IOException {
    assumeTrue(OsUser.current().uid() != OsUser.ROOT, "this test needs another user than root");

    assertThatThrownBy(() -> DroppedPrivileges.to(USER))
        .isInstanceOf(IsolationException.class)
        .hasMessageContaining("setpriv could not");
  }

  @Test
  void as_root_a_command_runs_as_the_user_and_cannot_read_the_gateways_files() throws Exception {
    OsUser second = asRootWithASecondUser();
    Path secret = Files.writeString(directory.resolve("secret"), "hunter2");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    String script =
        "id -u; id -G; cat "
            + secret
            + " 2>&1; cat /proc/"
            + ProcessHandle.current().pid()
            + "/environ 2>&1; grep -E 'NoNewPrivs|CapEff|CapBnd' /proc/self/status;"
            + " ps -o sid= -p $$ | tr -d ' '; echo $$";

    Process process =
        new ProcessBuilder(DroppedPrivileges.to(second).command(List.of("/bin/sh", "-c", script)))
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    List<String> lines = printed.lines().toList();
    assertThat(lines.get(0)).isEqualTo(Integer.toString(second.uid()));
    assertThat(lines.get(1)).isEqualTo(Integer.toString(second.gid()));
    assertThat(printed)
        .doesNotContain("hunter2")
        .contains("Permission denied")
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1");
    // A session of its own: what it says is its session is its own number.
    assertThat(lines.get(lines.size() - 2)).isEqualTo(lines.get(lines.size() - 1));
  }

  @Test
  void as_root_a_steps_files_are_its_users_to_read_and_nobodys_to_replace() throws Exception {
    OsUser second = asRootWithASecondUser();
    StepFiles files = StepFiles.write(Map.of("pg_service.conf", "[a]\n"), Optional.of(second));
    Path file = files.directory().resolve("pg_service.conf");
    String script =
        "cat " + file + "; touch " + files.directory() + "/x 2>&1; rm -f " + file + " 2>&1";

    Process process =
        new ProcessBuilder(DroppedPrivileges.to(second).command(List.of("/bin/sh", "-c", script)))
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(printed).startsWith("[a]\n").contains("Permission denied");
    assertThat(file).exists();
    assertThat(Files.getAttribute(files.directory(), "unix:mode")).isEqualTo(040750);
    files.close();
    assertThat(files.directory()).doesNotExist();
  }

  private static String left(String what, String instead) {
    assertThat(DROPPED).contains(what);
    return DroppedPrivileges.wrongWith(DROPPED.replace(what, instead), USER);
  }

  private static OsUser asRootWithASecondUser() throws IOException {
    assumeTrue(OsUser.current().uid() == OsUser.ROOT, "this test needs root");
    Optional<OsUser> second = OsUser.named("nobody");
    assumeTrue(
        second.isPresent() && SystemPrograms.find("setpriv").isPresent(),
        "this test needs a second user and setpriv");
    return second.get();
  }
}
