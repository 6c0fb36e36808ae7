package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A job with a token of a provider that somebody else wrote, from its step to its bundle. */
@EndToEnd
class VerifiedJobTest extends OrdersDatabase {

  private static final String SHA = "4f1c5aa9d0e4b41e1a2a3d54b9e9a6f1bd7c0f4e";
  private static final String CLAIMS =
      "{\"sub\":\"repo:acme/orders:ref:refs/heads/main\",\"repository\":\"acme/orders\","
          + "\"repository_id\":\"%s\",\"ref\":\"refs/heads/main\",\"ref_protected\":\"true\","
          + "\"sha\":\""
          + SHA
          + "\",\"run_id\":\"6117\",\"run_attempt\":\"1\",\"check_run_id\":\"50112\","
          + "\"actor\":\"alice\"}";
  private static final Pattern REFERENCE = Pattern.compile("\\[(sg-[0-9A-Z]{4})]");

  private static OidcServer provider;

  @BeforeAll
  static void startProvider() {
    provider = OidcServer.start();
  }

  @AfterAll
  static void stopProvider() {
    if (provider != null) {
      provider.close();
    }
  }

  private static Gateway verifying() {
    return gateway()
        .with(
            "identity: { issuers: { github: { preset: github, url: '" + provider.url() + "' } } }")
        .openTo("{ issuer: github, repository: acme/orders, repository_id: 8731 }");
  }

  private static String token(String repositoryId) {
    return provider.token("RS256", CLAIMS.formatted(repositoryId));
  }

  @Test
  void log_recording_and_bundle_say_who_what_when_and_from_which_commit_on_one_screen()
      throws IOException {
    String token = token("8731");
    try (Gateway gateway = verifying()) {
      Ran step =
          gateway
              .exec("psql", "-XAtqc", "SELECT 1")
              .with("STEPGATE_ID_TOKEN", token)
              .with("GITHUB_ACTOR", "mallory")
              .run()
              .ok();
      String session = new Sealed(step.exit(), step.err()).session();
      Path bundle = gateway.state().resolveSibling("session.stepgate");
      gateway
          .cli(
              "sessions",
              "export",
              "--state",
              gateway.state().toString(),
              session,
              "-o",
              bundle.toString())
          .run()
          .ok();

      String shown =
          gateway
              .cli("verify", bundle.toString(), "--key", gateway.keys() + "/log.key.pub")
              .run()
              .ok()
              .out();

      assertThat(step.err()).contains("acme/orders@4f1c by alice (verified)");
      assertThat(shown)
          .contains(
              "VERIFIED", "who       acme/orders@4f1c by alice, verified by a token of github")
          .contains("what      orders-db: 1 operations, 0 refused", "when      20")
          .contains("commit    " + SHA + " (the author's choice) of refs/heads/main")
          .contains("run=6117", "job=50112", "attempt=1", "repository_id=8731")
          .contains("claimed   GITHUB_ACTOR=mallory");
      assertThat(shown.lines().count()).isLessThan(25);
      JsonNode opened =
          LogEntries.below(gateway.state()).stream()
              .filter(leaf -> leaf.get("kind").textValue().equals("session-opened-2"))
              .findFirst()
              .orElseThrow();
      assertThat(opened.toString()).contains("\"repository\":\"acme/orders\"", SHA, "\"token\"");
      assertThat(Files.readAllLines(first(gateway.onlySession())).get(0)).contains(session, SHA);
      String signature = token.split("\\.")[2];
      assertThat(Program.of("grep", "-rl", signature, gateway.state().getParent().toString()).run())
          .as("the token's signature is nowhere")
          .extracting(Ran::out)
          .isEqualTo("");
    }
  }

  private static Path first(Path session) throws IOException {
    try (Stream<Path> files = Files.list(session)) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void another_repository_of_that_name_opens_nothing_and_is_told_what_would_let_it_pass() {
    try (Gateway gateway = verifying()) {
      Ran step = gateway.exec("true").with("STEPGATE_ID_TOKEN", token("666")).run();

      assertThat(step.exit()).isEqualTo(77);
      Matcher reference = REFERENCE.matcher(step.err());
      assertThat(reference.find()).isTrue();
      Ran explained =
          gateway
              .cli("explain", "--config", gateway.configuration().toString(), reference.group(1))
              .run()
              .ok();
      for (String said : List.of("repository_id is 666, wanted 8731", "to pass:")) {
        assertThat(explained.out()).contains(said);
      }
    }
  }
}
