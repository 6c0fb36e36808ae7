package dev.stepgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimTest {

  private static final String LINE =
      "stepgate-proof: v1 01K8Z000000000000000000000 "
          + "ab".repeat(32)
          + " stepgate/ci 7 "
          + "cd".repeat(32);

  @TempDir private Path directory;

  @Test
  void a_build_log_counts_as_it_is_time_stamps_and_carriage_returns_included() throws IOException {
    Path log = log("$ psql\n[2026-11-24T11:20:12Z] " + LINE + "\r\nbye\n");

    assertThat(read(log)).containsExactly(7L);
  }

  @Test
  void a_malformed_line_of_the_job_takes_nothing_from_the_gateways_own() throws IOException {
    Path log = log("stepgate-proof: v1 nonsense\nstepgate-proof: v9 x\n" + LINE + "\n");

    assertThat(read(log)).containsExactly(7L);
  }

  @Test
  void a_line_within_a_json_string_counts_too() throws IOException {
    Path file = log("{\"exit\":0,\"proof\":\"" + LINE + "\",\"more\":1}\n");

    assertThat(read(file)).containsExactly(7L);
  }

  @Test
  void malformed_lines_alone_are_an_error() throws IOException {
    Path log = log("stepgate-proof: v1 nonsense\n");

    assertThatThrownBy(() -> Claim.read(log))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("has 6 words");
  }

  private static List<Long> read(Path log) throws IOException {
    return Claim.read(log).stream().map(claim -> claim.checkpoint().size()).toList();
  }

  private Path log(String text) throws IOException {
    return Files.writeString(directory.resolve("build.log"), text);
  }
}
