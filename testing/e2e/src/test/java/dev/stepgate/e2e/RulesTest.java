package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules as users see them on the command line: refused, explained, observed, replaced. */
@EndToEnd
class RulesTest {

  private static final String PASSWORD = Machine.secret();
  private static final Pattern REFERENCE = Pattern.compile("\\[(sg-[0-9A-Z]{4}:[0-9]+)]");
  private static final String NO_DROPS =
      "{ name: no-drops, effects: [drop, truncate], deny: \"Drops go through the DBA team.\" }";
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
    server.sql("orders", "CREATE TABLE orders (id int); ALTER TABLE orders OWNER TO ci");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Gateway gateway(String otherwise, String... rules) {
    return Gateway.before(server, "orders", "ci", PASSWORD)
        .connection("default: " + otherwise)
        .connection("rules: [ " + String.join(", ", rules) + " ]");
  }

  private static Ran psql(Gateway gateway, String sql) {
    return gateway.exec("psql", "-X", "-v", "VERBOSITY=terse", "-c", sql).run();
  }

  private static String reference(Ran refused) {
    Matcher matcher = REFERENCE.matcher(refused.err());
    assertThat(matcher.find()).as(refused.toString()).isTrue();
    return matcher.group(1);
  }

  @Test
  void a_refusal_is_in_the_words_of_its_rule_and_is_explained_from_the_recording() {
    try (Gateway gateway = gateway("allow", NO_DROPS)) {
      Ran refused = psql(gateway, "DROP TABLE orders");

      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err())
          .contains("refused by rule \"no-drops\": Drops go through the DBA team. [sg-");
      assertThat(server.sql("orders", "SELECT 'there' FROM pg_class WHERE relname = 'orders'"))
          .contains("there");
      Ran explained =
          gateway.cli("explain", reference(refused), "--state", gateway.state().toString()).run();
      assertThat(explained.ok().out())
          .contains("statement DROP TABLE orders", "recorded  deny by rule \"no-drops\"")
          .contains("rule no-drops (deny) matches:", "narrow the rule no-drops");
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    }
  }

  @Test
  void observed_rules_let_pass_and_what_was_done_becomes_rules() {
    try (Gateway gateway = gateway("deny").connection("mode: observe")) {
      psql(gateway, "INSERT INTO orders VALUES (1)").ok();
      String session = gateway.onlySession().getFileName().toString();

      Ran suggested =
          gateway
              .cli(
                  "policy",
                  "suggest",
                  "--connection",
                  Gateway.CONNECTION,
                  "--state",
                  gateway.state().toString(),
                  session)
              .run();

      assertThat(suggested.ok().out())
          .contains("default: deny")
          .contains("effects: [insert], relations: ['public.orders'], allow: true");
    }
  }

  @Test
  void a_hangup_replaces_the_rules_and_a_broken_file_does_not() throws Exception {
    try (Gateway gateway = gateway("allow").serving();
        ServedGateway served = gateway.serve()) {
      Path file = gateway.configuration();
      served.exec("psql", "-X", "-c", "TRUNCATE orders").run().ok();

      rewrite(file, "rules: [ " + NO_DROPS + " ]");
      hangUp(served, "rules replaced: orders-db: 1 rule, enforce");
      Ran refused = served.exec("psql", "-X", "-c", "TRUNCATE orders").run();
      rewrite(file, "rules: [ { name: broken } ]");
      hangUp(served, "the rules were not replaced");
      Ran still = served.exec("psql", "-X", "-c", "TRUNCATE orders").run();

      assertThat(refused.err()).contains("refused by rule \"no-drops\"");
      assertThat(still.err()).contains("refused by rule \"no-drops\"");
    }
  }

  private static void rewrite(Path file, String rules) throws Exception {
    List<String> lines = Files.readAllLines(file);
    Files.write(
        file,
        lines.stream().map(line -> line.startsWith("    rules:") ? "    " + rules : line).toList());
  }

  private static void hangUp(ServedGateway served, String said) throws Exception {
    new ProcessBuilder("kill", "-HUP", Long.toString(served.process().pid())).start().waitFor();
    for (int n = 0; n < 300 && !served.said().contains(said); n++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(served.said()).contains(said);
  }
}
