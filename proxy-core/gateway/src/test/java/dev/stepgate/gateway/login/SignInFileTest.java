package dev.stepgate.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.gateway.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInFileTest {

  private static final KeptSignIn SIGN_IN =
      new KeptSignIn(
          998,
          "https://login.example",
          "cli",
          "alice",
          Instant.ofEpochSecond(1_800_000_000),
          "a.b.c",
          Optional.of("r"));

  @TempDir private Path directory;

  private SignInFile file() throws Failure {
    return of("/run/stepgate/control.sock");
  }

  private SignInFile of(String socket) throws Failure {
    return SignInFile.of(
        Path.of(socket), Map.of("XDG_STATE_HOME", directory.resolve("state").toString()));
  }

  @Test
  void what_was_kept_is_read_again_and_is_the_owner_s_alone() throws Exception {
    file().write(SIGN_IN);

    assertThat(file().read()).contains(SIGN_IN);
    assertThat(permissions(file().path())).isEqualTo("rw-------");
    assertThat(permissions(file().path().getParent())).isEqualTo("rwx------");
    assertThat(permissions(directory.resolve("state"))).isEqualTo("rwx------");
    assertThat(of("/run/other.sock").read()).isEmpty();
  }

  @Test
  void what_is_removed_is_gone() throws Exception {
    file().write(SIGN_IN);

    file().remove();

    assertThat(file().read()).isEmpty();
    try (var left = Files.list(file().path().getParent())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void a_file_that_others_may_read_or_that_is_a_link_or_none_of_ours_is_not_read()
      throws Exception {
    file().write(SIGN_IN);
    Files.setPosixFilePermissions(file().path(), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> file().read()).hasMessageContaining("of yours alone");

    Path elsewhere = directory.resolve("elsewhere");
    Files.write(elsewhere, SIGN_IN.bytes());
    Files.delete(file().path());
    Files.createSymbolicLink(file().path(), elsewhere);
    assertThatThrownBy(() -> file().read()).hasMessageContaining("of yours alone");

    Files.delete(file().path());
    for (String other : new String[] {"", "{}", "{\"stepgate-sign-in\":2}", "x".repeat(70_000)}) {
      Files.writeString(file().path(), other);
      Files.setPosixFilePermissions(file().path(), PosixFilePermissions.fromString("rw-------"));
      assertThatThrownBy(() -> file().read()).hasMessageContaining("holds no sign-in");
    }
  }

  @Test
  void a_directory_that_others_may_enter_is_not_written_to() throws Exception {
    Path open = Files.createDirectories(directory.resolve("state/stepgate"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThatThrownBy(() -> file().write(SIGN_IN)).hasMessageContaining("of yours alone");
    assertThat(file().path()).doesNotExist();
  }

  @Test
  void the_place_is_that_of_the_xdg_specification() throws Exception {
    Path socket = Path.of("/run/stepgate/control.sock");

    assertThat(SignInFile.of(socket, Map.of("HOME", "/home/alice")).path().getParent())
        .isEqualTo(Path.of("/home/alice/.local/state/stepgate"));
    assertThat(
            SignInFile.of(socket, Map.of("HOME", "/home/alice", "XDG_STATE_HOME", "relative"))
                .path()
                .getParent())
        .isEqualTo(Path.of("/home/alice/.local/state/stepgate"));
    assertThat(SignInFile.kept(socket, Map.of())).isEmpty();
    assertThatThrownBy(() -> SignInFile.of(socket, Map.of())).hasMessageContaining("HOME");
  }

  @Test
  void a_home_in_which_somebody_is_signed_in_is_found() throws Exception {
    Path socket = Path.of("/run/stepgate/control.sock");
    assertThat(SignInFile.below(directory)).isEmpty();

    SignInFile file = SignInFile.of(socket, Map.of("HOME", directory.toString()));
    file.write(SIGN_IN);

    assertThat(SignInFile.below(directory)).contains(file.path());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
