package dev.stepgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.FileRules;
import dev.stepgate.config.PolicyCases.Excerpt;
import dev.stepgate.policy.Ruleset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is suggested allows what was done, and not what was not. */
class SuggestionTest {

  private static final List<String> DONE =
      List.of(
          "BEGIN",
          "SET search_path TO app",
          "SELECT id FROM app.orders WHERE id = 1",
          "SELECT id FROM app.items",
          "INSERT INTO app.log VALUES (1)",
          "UPDATE app.orders SET state = 'x' WHERE id = 1",
          "DELETE FROM app.stage",
          "CREATE TABLE app.\"Odd.Name\" (id int)",
          "ALTER TABLE app.orders ADD COLUMN note text",
          "CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "COMMIT");

  private static final List<String> NOT_DONE =
      List.of(
          "SELECT id FROM app.log",
          "SELECT id FROM other.orders",
          "INSERT INTO app.orders VALUES (1)",
          "UPDATE app.orders SET state = 'x'",
          "UPDATE app.items SET id = 2 WHERE id = 1",
          "DELETE FROM app.stage WHERE id = 1",
          "DELETE FROM app.orders WHERE id = 1",
          "DROP TABLE app.orders",
          "CREATE TABLE app.other (id int)",
          "CREATE FUNCTION app.g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "GRANT ALL ON app.orders TO PUBLIC",
          "LISTEN news",
          "TRUNCATE app.stage");

  @TempDir private Path directory;

  @Test
  void suggested_rules_allow_exactly_what_was_done() throws Exception {
    try (SqlFacts facts = new SqlFacts()) {
      Suggestion suggestion = new Suggestion();
      TextualReach reach = new TextualReach(Excerpt.NONE, false);
      for (String sql : DONE) {
        reach.of(facts.of(sql)).statements().forEach(suggestion::add);
      }

      Trial trial = new Trial(rules(suggestion.lines()), Excerpt.NONE, facts);

      for (String sql : DONE) {
        assertThat(allows(trial, sql)).as(sql + "\n" + suggestion.lines()).isTrue();
      }
      for (String sql : NOT_DONE) {
        assertThat(allows(trial, sql)).as(sql + "\n" + suggestion.lines()).isFalse();
      }
    }
  }

  @Test
  void what_no_rule_can_name_is_told() {
    try (SqlFacts facts = new SqlFacts()) {
      Suggestion suggestion = new Suggestion();
      new TextualReach(Excerpt.NONE, false)
          .of(facts.of("CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()"))
          .statements()
          .forEach(suggestion::add);

      assertThat(suggestion.lines())
          .anySatisfy(line -> assertThat(line).startsWith("# no rule can name it"));
    }
  }

  private static boolean allows(Trial trial, String sql) {
    return trial.of(sql, new TreeMap<>(), Instant.EPOCH).decision().allowed();
  }

  private Ruleset rules(List<String> lines) throws Exception {
    StringBuilder yaml =
        new StringBuilder(
            """
            name: ci
            state: state
            connections:
              orders-db:
                protocol: postgresql
                address: 127.0.0.1:1/orders
                user: app
                auth: [trust]
                default: deny
                rules:
            """);
    lines.forEach(line -> yaml.append("      ").append(line).append('\n'));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Path file = Files.writeString(directory.resolve("stepgate.yml"), yaml);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return ConfigFile.load(file, Map.of(), FileRules.ofThisProcess(), InstantSource.system())
        .rules()
        .get("orders-db");
  }
}
