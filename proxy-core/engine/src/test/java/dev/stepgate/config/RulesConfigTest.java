package dev.stepgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.NamePattern;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.RulePolicy;
import dev.stepgate.policy.Ruleset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rules}, {@code mode} and {@code default} of a connection. */
class RulesConfigTest {

  private static final Map<String, List<String>> PEOPLE =
      Map.of("alice", List.of("dba"), "bob", List.of("dba", "leads"));

  @TempDir private Path directory;
  private Path file;
  private Problems problems;
  private Warnings warnings;

  @BeforeEach
  void aDirectoryThatOnlyItsOwnerMayWrite() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    file = directory.resolve("stepgate.yml");
    problems = new Problems(file);
    warnings = new Warnings(file);
  }

  private Optional<Ruleset> read(String yaml) throws IOException {
    YamlNode root = YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8), problems);
    Section section =
        Section.of(root, "connections.orders-db", List.of("mode", "default", "rules"), problems);
    ConfigFile.Surroundings surroundings =
        new ConfigFile.Surroundings(
            directory, Map.of(), FileRules.ofThisProcess(), InstantSource.system());
    PeopleConfig people = new PeopleConfig(PEOPLE, Optional.empty(), Set.of());
    YamlNode identity =
        YamlReader.read(
            "identity: { issuers: { github: { preset: github } } }"
                .getBytes(StandardCharsets.UTF_8),
            problems);
    AccessReader access =
        AccessReader.of(
            Section.of(identity, "", List.of("identity"), problems), surroundings, warnings);
    return new RulesReader(
            surroundings,
            new RuleReader(access::identity, new Approvers(people)),
            new RuleWarnings(warnings, access.config().issuers()),
            Set.of("orders-db", "billing-db"))
        .read("orders-db", section);
  }

  private Rule rule(String keys) throws IOException {
    Ruleset ruleset = read("default: deny\nrules:\n  - { name: r, " + keys + " }\n").orElseThrow();
    assertThat(told()).isEmpty();
    return ruleset.rules().get(0);
  }

  private List<String> told() {
    if (problems.none()) {
      return List.of();
    }
    return problems.exception().problems().stream()
        .map(problem -> problem.line() + ": " + problem.key() + ": " + problem.message())
        .toList();
  }

  @Test
  void the_example_of_the_guide_is_read() throws IOException {
    Ruleset ruleset =
        read("""
            mode: enforce
            default: deny
            rules:
              - { name: no-drops, effects: [drop, truncate], deny: "Drops go through the DBA team (wiki/drops)." }
              - { name: mass-writes, effects: [update, delete], without_where: true, require_approval: { from: [dba], within: 10m } }
              - { name: migrate, effects: [read, write, ddl], allow: true }
            """)
            .orElseThrow();

    assertThat(told()).isEmpty();
    assertThat(warnings.all()).isEmpty();
    assertThat(ruleset.mode()).isEqualTo(Ruleset.Mode.ENFORCE);
    assertThat(ruleset.allowsRest()).isFalse();
    Rule mass = ruleset.rules().get(1);
    assertThat(mass.what().effects()).containsExactlyInAnyOrder(Effect.UPDATE, Effect.DELETE);
    assertThat(mass.what().rows()).isEqualTo(Rule.Rows.ALL);
    assertThat(mass.then().ask())
        .isEqualTo(new Decision.Ask(List.of("dba"), 1, Duration.ofMinutes(10)));
    assertThat(ruleset.rules().get(2).what().effects())
        .contains(Effect.SELECT, Effect.COPY_IN, Effect.ALTER)
        .doesNotContain(Effect.GRANT);
  }

  @Test
  void without_rules_there_are_none_and_mode_and_default_mean_nothing() throws IOException {
    assertThat(read("mode: observe\ndefault: deny\n")).isEmpty();
    assertThat(told())
        .containsExactly(
            "1: connections.orders-db.mode: has no meaning without rules",
            "2: connections.orders-db.default: has no meaning without rules");
  }

  @Test
  void default_has_to_be_written() throws IOException {
    read("rules: [{ name: r, effects: drop, deny: No. }]");

    assertThat(told()).singleElement().asString().contains("default: is missing; say what");
  }

  @Test
  void no_rule_at_all_and_observe_is_how_one_learns_what_a_job_does() throws IOException {
    Ruleset ruleset = read("mode: observe\ndefault: deny\nrules: []\n").orElseThrow();

    assertThat(told()).isEmpty();
    assertThat(ruleset.mode()).isEqualTo(Ruleset.Mode.OBSERVE);
    assertThat(warnings.all()).singleElement().asString().contains("everything is allowed");
  }

  @Test
  void names_objects_columns_functions_and_texts_are_read() throws IOException {
    Rule rule =
        rule(
            "relations: [app.*, 'app.\"Odd.Name\"'], objects: ['function app.*', role ci_*],"
                + " functions: pg_catalog.now, text: 'select *', deny: No.");

    assertThat(rule.what().relations())
        .contains(NamePattern.parse("app.*"), NamePattern.parse("app.\"Odd.Name\""));
    assertThat(rule.what().objects()).hasToString("[function app.*, role ci_*]");
    assertThat(rule.what().functions()).hasToString("[pg_catalog.now]");
    assertThat(rule.what().text().get(0).matches("select 1")).isTrue();
    assertThat(rule.what().unknown()).isFalse();
    assertThat(rule("columns: [app.users.password], deny: No.").what().columns()).hasSize(1);
  }

  @Test
  void a_rule_that_forbids_whatever_is_done_forbids_what_is_not_known_too() throws IOException {
    assertThat(rule("text: '*x*', deny: No.").what().unknown()).isTrue();
    assertThat(rule("allow: true").what().unknown()).isFalse();
    assertThat(rule("effects: [unknown, drop], deny: No.").what().effects())
        .containsExactly(Effect.DROP);
  }

  @Test
  void times_are_read() throws IOException {
    Rule rule =
        rule(
            "times: { days: [mon-wed, sun], hours: '22:00-06:00', zone: Europe/Berlin }, allow: true");

    assertThat(rule.when().times()).hasToString("[mon,tue,wed,sun 22:00-06:00 Europe/Berlin]");
    assertThat(rule.when().times().get(0).days())
        .isEqualTo(
            EnumSet.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.SUNDAY));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "effects: [dropp], deny: No.|effects: holds \"dropp\", which is unknown; did you mean \"drop\"?",
        "effects: [read, select], allow: true|effects: holds select, which another word of the list has",
        "effects: [unknown, read], relations: [app.*], allow: true|effects: holds unknown, which no other key can narrow",
        "efects: [drop], deny: No.|efects: is unknown; did you mean \"effects\"?",
        "relations: [orders], deny: No.|relations: holds \"orders\", which has 1 part, 2 are expected: public.orders, *.orders",
        "relations: [a.b.c], deny: No.|relations: holds \"a.b.c\", which has 3 parts",
        "relations: ['*'], deny: No.|relations: holds *, which fits all: leave the key out",
        "relations: ['a.\"b'], deny: No.|relations: holds \"a.\"b\", which has a quote without an end",
        "columns: [users.password], deny: No.|columns: holds \"users.password\", which has 2 parts, 3 are expected",
        "columns: [a.b.c], allow: true|columns: cannot narrow what is allowed",
        "'columns: [a.b.c], relations: [a.b], deny: No.'|columns: cannot stand beside relations",
        "objects: [funktion app.f], deny: No.|objects: holds \"funktion app.f\", a sort and a name are expected",
        "objects: [function f], deny: No.|objects: holds \"f\", which has 1 part, 2 are expected: function app.x",
        "effects: [select], without_where: true, deny: No.|without_where: fits none of the effects",
        "without_where: perhaps, deny: No.|without_where: is \"perhaps\", one of true, false is expected",
        "later: true, allow: true|later: belongs to rules that forbid or ask",
        "effects: [drop]|name: belongs to a rule that does nothing",
        "allow: true, deny: No.|allow: cannot stand beside deny: a rule does one thing",
        "allow: false|allow: is false, which says nothing",
        "message: Hm., deny: No.|message: belongs to require_approval",
        "deny: ''|deny: has no value",
        "require_approval: { from: [dbas] }|require_approval.from: holds \"dbas\", a group that nobody of people.users is in; groups: dba, leads",
        "'require_approval: { from: [leads], count: 2 }'|require_approval.from: names 1 people, and 2 have to agree",
        "require_approval: { count: 2 }|require_approval.from: is missing",
        "'require_approval: { from: dba, within: 3d }'|require_approval.within: is \"3d\"",
        "'times: { hours: 8-18, zone: UTC }, allow: true'|times[0].hours: is \"8-18\"",
        "'times: { hours: 08:00-08:00, zone: UTC }, allow: true'|times[0].hours: is \"08:00-08:00\"",
        "'times: { hours: 25:00-08:00, zone: UTC }, allow: true'|times[0].hours: is",
        "'times: { hours: 08:00-24:30, zone: UTC }, allow: true'|times[0].hours: is",
        "'times: { days: [monday], zone: UTC }, allow: true'|times[0].days: holds \"monday\"",
        "'times: { days: [fri-mon], zone: UTC }, allow: true'|times[0].days: holds \"fri-mon\"",
        "'times: { zone: Europe/Bern }, allow: true'|times[0].zone: is \"Europe/Bern\"",
        "'times: { hours: 08:00-18:00 }, allow: true'|times[0].zone: is missing",
        "'identity: { ref: main }, allow: true'|identity[0].issuer: is missing",
        "'identity: { issuer: gitlub, ref: x }, allow: true'|identity[0].issuer: is \"gitlub\"",
        "'identity: { issuer: github, reff: x }, allow: true'|identity[0].reff: is unknown; did you mean \"ref\"?",
        "connections: [order-*], allow: true|connections: holds \"order-*\", which no connection's name fits",
      })
  void tells_what_is_wrong(String keys, String problem) throws IOException {
    String plain = keys.startsWith("'") ? keys.substring(1, keys.length() - 1) : keys;
    read("default: deny\nrules:\n  - { name: r, " + plain + " }\n");

    assertThat(told())
        .anySatisfy(
            told -> assertThat(told).startsWith("3: connections.orders-db.rules[0]." + problem));
  }

  @Test
  void all_problems_are_told_in_one_run() throws IOException {
    read(
        """
        mode: enforced
        default: denied
        rules:
          - { name: a, effects: [dropp], deny: No. }
          - { name: a b, relations: [orders], allow: true }
          - { nme: c, deny: No. }
          - text
        """);

    assertThat(told()).hasSize(10);
  }

  @Test
  void a_name_stands_once() throws IOException {
    read("default: deny\nrules:\n  - { name: r, allow: true }\n  - { name: r, deny: No. }\n");

    assertThat(told())
        .singleElement()
        .asString()
        .startsWith("4: connections.orders-db.rules[1].name: is that of another rule already: ")
        .endsWith("stepgate.yml:3");
  }

  @Test
  void a_file_is_included_in_its_place() throws IOException {
    write("common.yml", "rules:\n  - { name: common, effects: [drop], deny: No. }\n");

    Ruleset ruleset =
        read("""
            default: deny
            rules:
              - { name: first, effects: [grant], deny: No. }
              - include: common.yml
              - { name: last, allow: true }
            """)
            .orElseThrow();

    assertThat(told()).isEmpty();
    assertThat(ruleset.rules()).extracting(Rule::name).containsExactly("first", "common", "last");
  }

  @Test
  void what_is_wrong_with_an_included_file_is_told_with_its_name_and_line() throws IOException {
    Path common = write("common.yml", "rules:\n  - { name: x, effects: [dropp], deny: No. }\n");
    read("default: deny\nrules: [{ include: common.yml }, { include: none.yml }]\n");

    assertThat(problems.exception().problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.file()).isEqualTo(common);
              assertThat(problem.line()).isEqualTo(2);
              assertThat(problem.key()).isEqualTo("rules[0].effects");
            })
        .anySatisfy(problem -> assertThat(problem.message()).endsWith("none.yml does not exist"));
  }

  @Test
  void a_file_that_others_may_write_is_not_included() throws IOException {
    Path common = write("common.yml", "rules: []\n");
    Files.setPosixFilePermissions(common, PosixFilePermissions.fromString("rw-rw-rw-"));
    read("default: deny\nrules: [{ include: common.yml }]\n");

    assertThat(told()).singleElement().asString().contains("may be written by others");
  }

  @Test
  void an_included_file_includes_no_other() throws IOException {
    write("common.yml", "rules: [{ include: more.yml }]\n");
    read("default: deny\nrules: [{ include: common.yml }]\n");

    assertThat(told().toString()).contains("rules[0].include: is unknown");
  }

  @Test
  void a_rule_of_a_shared_file_counts_where_it_says() throws IOException {
    write(
        "common.yml",
        """
        rules:
          - { name: here, connections: [orders-*], effects: [drop], deny: No. }
          - { name: there, connections: [billing-db], effects: [drop], deny: No. }
        """);
    Ruleset ruleset = read("default: allow\nrules: [{ include: common.yml }]\n").orElseThrow();

    assertThat(told()).isEmpty();
    assertThat(ruleset.rules()).extracting(Rule::name).containsExactly("here");
  }

  @Test
  void an_allowance_that_the_job_can_give_itself_is_warned_of() throws IOException {
    rule("identity: { issuer: github, ref: refs/heads/main }, allow: true");

    assertThat(warnings.all()).singleElement().asString().contains("rests on ref alone");
  }

  @Test
  void a_refusal_that_the_job_can_walk_around_is_warned_of() throws IOException {
    rule("identity: { issuer: github, repository: acme/orders, ref: refs/heads/try }, deny: No.");

    assertThat(warnings.all()).singleElement().asString().contains("forbids by ref, which whoever");
  }

  @Test
  void an_allowance_by_what_the_issuer_says_is_not() throws IOException {
    rule("identity: { issuer: github, ref_protected: true, ref: refs/heads/main }, allow: true");

    assertThat(warnings.all()).isEmpty();
  }

  @Test
  void allowing_what_is_not_known_and_forbidding_nothing_are_warned_of() throws IOException {
    read(
        """
        default: allow
        rules: [{ name: r, effects: [unknown], allow: true }]
        """);

    assertThat(warnings.all()).hasSize(2);
  }

  @Test
  void rules_that_would_not_fit_into_a_recording_are_refused() throws IOException {
    StringBuilder yaml = new StringBuilder("default: deny\nrules:\n");
    for (int i = 0; i < 300; i++) {
      yaml.append("  - { name: r")
          .append(i)
          .append(", deny: '")
          .append("é".repeat(200))
          .append("' }\n");
    }
    read(yaml.toString());

    assertThat(told())
        .singleElement()
        .asString()
        .contains("bytes in the form that every recording");
  }

  @Test
  void the_canonical_form_is_read_again_as_the_same_rules() throws IOException {
    Ruleset first =
        read("""
            default: deny
            rules:
              - { name: a, effects: [write, unknown], text: ["\\"quoted\\" \\\\ é *"], deny: "Nö: \\"no\\"." }
              - { name: b, relations: ['app."Odd.*"', "*.x"], objects: [role ci_*], without_where: false,
                  identity: [{ issuer: github, ref: [a, b] }], times: [{ days: mon-fri, hours: "08:00-18:00", zone: UTC }],
                  require_approval: { from: [dba, leads], count: 2, within: 5m }, message: Why. }
              - { name: c, functions: [pg_catalog.now], allow: true }
              - { name: d, columns: [app.users.*], later: true, deny: No. }
            """)
            .orElseThrow();
    assertThat(told()).isEmpty();
    String canonical = new RulePolicy(first).edition().canonical();

    Ruleset second = read(canonical.replace("\"stepgate-policy\":1,", "")).orElseThrow();

    assertThat(told()).isEmpty();
    assertThat(second).isEqualTo(first);
    assertThat(new RulePolicy(second).edition()).isEqualTo(new RulePolicy(first).edition());
  }

  private Path write(String name, String content) throws IOException {
    Path written = Files.writeString(directory.resolve(name), content);
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
    return written;
  }
}
