package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.evidence.Report;
import dev.stepgate.evidence.Verdict;
import dev.stepgate.evidence.Verifier;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.session.Isolation;
import dev.stepgate.transport.Io;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a whole, where time and files do what they should not. */
class StepgateTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir private Path directory;
  private Instant now = NOON;

  @Test
  void sessions_and_evidence_stand_a_clock_that_goes_back() throws Exception {
    Set<String> sessions = new HashSet<>();
    for (int start = 0; start < 2; start++) {
      try (Stepgate stepgate = start()) {
        for (int n = 0; n < 3; n++) {
          now = now.minus(Duration.ofHours(5));
          OpenSession session = open(stepgate);
          now = now.minus(Duration.ofDays(1));
          session.seal();
          sessions.add(session.session().id().value());
        }
      }
    }

    Report report = verify();

    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(sessions).hasSize(6);
    assertThat(report.sessions()).hasSize(6);
  }

  @Test
  void a_session_that_cannot_be_sealed_at_the_end_is_named_with_the_reason() throws Exception {
    Stepgate stepgate = start();
    String session = open(stepgate).session().id().value();
    Path place = directory.resolve("state/recordings").resolve(session);
    Files.writeString(place, "in the way of its directory");

    stepgate.close();

    assertThat(stepgate.warnings())
        .singleElement()
        .asString()
        .contains("session " + session + " could not be sealed, the next start does it", "seal");
    Files.delete(place);
    try (Stepgate next = start()) {
      assertThat(next.sessions()).isEmpty();
    }
    assertThat(verify().verdict()).isEqualTo(Verdict.VERIFIED);
  }

  private Stepgate start() throws Exception {
    InstantSource clock = () -> now;
    return Stepgate.start(configuration(clock), Io.nio(), clock);
  }

  private static OpenSession open(Stepgate stepgate) throws RefusedException {
    return stepgate.open(
        new JobContext("host(1)", Isolation.NONE, new Evidence.LocalUser("host", 1), Map.of()),
        List.of("orders-db"));
  }

  private Report verify() throws Exception {
    try (Stepgate stepgate = start()) {
      return Verifier.verify(
          directory.resolve("state"), Optional.of(stepgate.verifierKey()), List.of());
    }
  }

  private GatewayConfig configuration(InstantSource clock) throws Exception {
    Path file = directory.resolve("stepgate.yml");
    write(directory.resolve("secret"), "s3cret");
    write(
        file,
        """
        name: ci
        state: state
        connections:
          orders-db:
            protocol: postgresql
            address: 127.0.0.1:1/orders
            user: app
            password: { file: secret }
            tls: { verify: off }
            open_to: [ { issuer: local, user: host } ]
        """);
    return ConfigFile.load(file, clock);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
