package dev.stepgate.gateway.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.event.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  @Test
  void the_entry_that_would_let_a_job_pass_names_that_job() {
    assertThat(suggested(Map.of("issuer", "ci", "repository", "acme/orders")))
        .endsWith("- { issuer: ci, repository: acme/orders }");
  }

  @Test
  void a_claim_that_holds_a_star_never_becomes_a_pattern_in_what_is_suggested() {
    assertThat(suggested(Map.of("issuer", "ci", "repository", "acme/*", "project_id", "7")))
        .endsWith("- { issuer: ci, project_id: 7 }");
  }

  private static String suggested(Map<String, String> verified) {
    Event refused =
        Event.of(RefusedSession.KIND)
            .with("session", "01KAV9QZ5MW8RT2M4N6P7S7QK2")
            .with("code", "not-open")
            .with("proof", "token")
            .with("verified", new TreeMap<>(verified))
            .with("shaped", List.of("repository"))
            .build();
    List<String> lines = Explanation.of(new RefusedSession(refused), Optional.empty());
    return lines.get(lines.size() - 1);
  }
}
