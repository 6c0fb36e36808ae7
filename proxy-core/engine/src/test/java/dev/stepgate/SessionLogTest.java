package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.audit.KeyFile;
import dev.stepgate.audit.Log;
import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.recording.Durability;
import dev.stepgate.recording.Head;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionLogTest {

  private static final Instant NOW = Instant.parse("2026-11-24T11:25:00.123Z");
  private static final SessionId SESSION = new SessionId("01K8Z3V9QH4M2T7C5R1XW0E6JA");
  private static final SessionLog.Counts NONE = new SessionLog.Counts(0, 0);

  @TempDir private Path directory;

  @Test
  void a_session_that_was_sealed_before_the_gateway_died_is_not_sealed_again() {
    try (Log log = open()) {
      SessionLog sessions = new SessionLog(log, InstantSource.fixed(NOW));
      assertThat(sessions.isOpen(SESSION, 0)).isFalse();

      sessions.opened(session(), Durability.PROCESS);
      assertThat(sessions.isOpen(SESSION, 0)).isTrue();

      sessions.ended(SESSION, Optional.empty(), List.of(), NONE);
      assertThat(sessions.isOpen(SESSION, 0)).isFalse();
    }
  }

  @Test
  void an_interrupted_session_of_many_recordings_has_a_final_head_of_each_in_the_log() {
    List<Head> heads = new ArrayList<>();
    for (int i = 1; i <= 65; i++) {
      heads.add(new Head(String.format("%s/%04d", SESSION, i), i, "ab".repeat(32), true));
    }
    try (Log log = open()) {
      SessionLog sessions = new SessionLog(log, InstantSource.fixed(NOW));
      sessions.opened(session(), Durability.PROCESS);

      sessions.ended(SESSION, Optional.of("the gateway died"), heads, NONE);

      assertThat(log.checkpoint().size()).isEqualTo(1 + 65 + 1);
      Leaf last = Leaf.decode(log.reader().leaf(65, 67));
      assertThat(last).isEqualTo(HeadReached.of(SESSION + "/0065", 65, "ab".repeat(32), true));
    }
  }

  private Log open() {
    Path state = directory.resolve("state");
    return Log.open(
        state.resolve("log"),
        KeyFile.open(directory.resolve("keys/log.key"), Origin.of("test"), state));
  }

  private static Session session() {
    return new Session(
        SESSION,
        "test",
        NOW,
        "ci(998)",
        Isolation.USER,
        Bearer.user("ci", 998),
        Map.of(),
        List.of("orders-db"));
  }
}
