package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ConfigFile;
import dev.stepgate.config.FileRules;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.event.Event;
import dev.stepgate.operation.Look;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.session.Connection;
import dev.stepgate.session.SessionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules are replaced while the gateway runs. */
class RulesTest {

  private static final String NO_DROPS =
      """
          default: deny
          rules: [{ name: no-drops, effects: [drop], deny: No. }]
      """;
  private static final String READ =
      """
          default: deny
          rules: [{ name: read, effects: [read], allow: true }]
      """;

  @TempDir private Path directory;
  private final List<Event> events = new ArrayList<>();

  @BeforeEach
  void aDirectoryThatOnlyItsOwnerMayWrite() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  private GatewayConfig config(String orders, String shop) throws Exception {
    Path file = directory.resolve("stepgate.yml");
    Files.writeString(
        file,
        "name: ci\nstate: state\nconnections:\n" + one("orders-db", orders) + one("shop-db", shop));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return ConfigFile.load(
        file, Map.of("SECRET", "x"), FileRules.ofThisProcess(), InstantSource.system());
  }

  private static String one(String name, String rules) {
    return """
          %s:
            protocol: postgresql
            address: 127.0.0.1:1/x
            user: app
            password: { env: SECRET }
            open_to: [{ issuer: local, user: ci }]
        """
            .formatted(name)
        + rules;
  }

  private static Connection to(String target) {
    return new Connection(
        SessionId.create(0, new java.security.SecureRandom()),
        1,
        target,
        "postgresql",
        Instant.EPOCH,
        "");
  }

  private static String digest(GatewayConfig config, String connection) {
    return new RulePolicy(config.rules().get(connection)).edition().digest();
  }

  @Test
  void the_next_question_is_answered_by_the_new_rules() throws Exception {
    GatewayConfig before = config(NO_DROPS, "");
    Rules rules = new Rules(before, events::add);
    String first = rules.policy().digest(null, to("orders-db"));
    GatewayConfig after = config(READ, NO_DROPS);

    List<String> changed = rules.replace(after);

    assertThat(first).isEqualTo(digest(before, "orders-db"));
    assertThat(rules.policy().digest(null, to("orders-db"))).isEqualTo(digest(after, "orders-db"));
    assertThat(changed)
        .containsExactly(
            "orders-db: 1 rule, enforce, policy " + digest(after, "orders-db"),
            "shop-db: 1 rule, enforce, policy " + digest(after, "shop-db"));
    assertThat(events).singleElement().extracting(Event::kind).isEqualTo(Rules.REPLACED);
    assertThat(events.get(0).members().toString())
        .contains("orders-db", digest(after, "orders-db"), digest(after, "shop-db"));
  }

  @Test
  void the_same_rules_change_nothing() throws Exception {
    Rules rules = new Rules(config(NO_DROPS, ""), events::add);

    assertThat(rules.replace(config(NO_DROPS, ""))).isEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void rules_that_are_gone_are_told() throws Exception {
    Rules rules = new Rules(config(NO_DROPS, ""), events::add);

    assertThat(rules.replace(config("", "")))
        .containsExactly("orders-db: no rules any more, everything is allowed and recorded");
    assertThat(rules.policy().looks(null, to("orders-db"))).isEqualTo(Look.NOTHING);
  }

  @Test
  void a_connection_that_is_gone_keeps_its_rules() throws Exception {
    GatewayConfig before = config(NO_DROPS, READ);
    Rules rules = new Rules(before, events::add);
    Path file = directory.resolve("stepgate.yml");
    Files.writeString(file, "name: ci\nstate: state\nconnections:\n" + one("shop-db", READ));
    GatewayConfig after =
        ConfigFile.load(
            file, Map.of("SECRET", "x"), FileRules.ofThisProcess(), InstantSource.system());

    assertThat(rules.replace(after)).isEmpty();
    assertThat(rules.policy().digest(null, to("orders-db"))).isEqualTo(digest(before, "orders-db"));
  }

  @Test
  void a_broken_file_is_an_event_with_its_problems() throws Exception {
    Rules rules = new Rules(config(NO_DROPS, ""), events::add);
    try {
      rules.replace(config(NO_DROPS.replace("drop]", "dropp]"), ""));
    } catch (ConfigException e) {
      rules.kept(e);
    }

    assertThat(events).singleElement().extracting(Event::kind).isEqualTo(Rules.KEPT);
    assertThat(events.get(0).members().toString())
        .contains("did you mean \\\"drop\\\"".replace("\\", ""));
    assertThat(rules.policy().digest(null, to("orders-db"))).isNotEmpty();
  }
}
