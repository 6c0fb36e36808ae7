package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.event.Event;
import dev.stepgate.event.EventFiles;
import dev.stepgate.event.EventLog;
import dev.stepgate.event.EventReader;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Proof;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalsTest {

  private static final String ESCAPED = "\u0001"; // six bytes of JSON, the most that one can take

  @TempDir private Path state;

  @Test
  void nobody_stands_nameless_in_the_events_by_asking_for_much() throws Exception {
    List<String> asked =
        IntStream.range(0, Event.MAX_ELEMENTS).mapToObj(i -> i + ESCAPED.repeat(900)).toList();
    Map<String, SignedClaim> claims = new TreeMap<>();
    Map<String, String> claimed = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      claims.put("claim" + i, new SignedClaim(ESCAPED.repeat(60), Shaper.AUTHOR));
      claimed.put("CI_" + i, ESCAPED.repeat(60));
    }
    Bearer bearer =
        new Bearer(Identity.of("ci", "https://ci.example", "mallory", claims), Proof.TOKEN);

    Event read = recorded(asked, new Access.Known(bearer, null), claimed);

    assertThat(read.members())
        .doesNotContainKey("cut")
        .containsKeys("connections", "verdicts", "verified", "shaped", "claimed");
    assertThat((List<?>) read.members().get("connections")).hasSize(asked.size());
    assertThat((Map<?, ?>) read.members().get("verified")).hasSize(claims.size() + 1);
  }

  @Test
  void a_connections_name_stands_there_as_it_was_asked_for() throws Exception {
    String longest = "o".repeat(Refusals.MAX_NAME);
    Access.Known known = new Access.Known(Bearer.user("ci", 998), null);

    Event read = recorded(List.of("orders-db", longest, longest + "x"), known, Map.of());

    assertThat(read.members().get("connections"))
        .isEqualTo(List.of("orders-db", longest, longest + "…"));
  }

  private Event recorded(List<String> asked, Access.Known known, Map<String, String> claimed)
      throws IOException {
    JobContext job =
        new JobContext("ci(998)", Isolation.USER, new Evidence.Token("a.b.c"), claimed);
    List<Access.Verdict> verdicts =
        asked.stream().map(name -> new Access.Verdict(name, "unknown")).toList();
    try (EventLog log =
        new EventLog(state, "ci-east", (file, lines, head) -> {}, InstantSource.system())) {
      log.recordNow(
          Refusals.session(
              SessionId.create(1, new SecureRandom()),
              new RefusedException("not-open", "no"),
              job,
              asked,
              known,
              verdicts));
    }
    try (EventReader reader = EventReader.open(new EventFiles(state).file(1))) {
      reader.next();
      return reader.next().orElseThrow();
    }
  }
}
