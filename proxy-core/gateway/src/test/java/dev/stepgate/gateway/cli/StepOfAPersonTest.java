package dev.stepgate.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.KeptSignIn;
import dev.stepgate.gateway.login.SignInFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step reads what its user reads. */
class StepOfAPersonTest {

  @TempDir private Path home;

  @Test
  void no_step_runs_as_a_user_in_whose_home_somebody_is_signed_in() throws Exception {
    OsUser alice = new OsUser("alice", 4711, 4711, home.toString());
    assertThatCode(() -> ExecCommand.noPerson(alice)).doesNotThrowAnyException();
    SignInFile file =
        SignInFile.of(Path.of("/run/stepgate/control.sock"), Map.of("HOME", home.toString()));
    file.write(new KeptSignIn(1, "i", "c", "alice", Instant.EPOCH, "a.b.c", Optional.empty()));

    Failure refused = catchThrowableOfType(Failure.class, () -> ExecCommand.noPerson(alice));

    assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused).hasMessageContaining("signed in as alice").hasMessageContaining("--user");
  }
}
