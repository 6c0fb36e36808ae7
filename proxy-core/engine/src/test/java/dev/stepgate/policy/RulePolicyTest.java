package dev.stepgate.policy;

import static dev.stepgate.operation.Effect.ALTER;
import static dev.stepgate.operation.Effect.CALL;
import static dev.stepgate.operation.Effect.CREATE;
import static dev.stepgate.operation.Effect.DELETE;
import static dev.stepgate.operation.Effect.DO;
import static dev.stepgate.operation.Effect.DROP;
import static dev.stepgate.operation.Effect.GRANT;
import static dev.stepgate.operation.Effect.LOCK_ROWS;
import static dev.stepgate.operation.Effect.MAINTAIN;
import static dev.stepgate.operation.Effect.SELECT;
import static dev.stepgate.operation.Effect.SET;
import static dev.stepgate.operation.Effect.TRANSACTION;
import static dev.stepgate.operation.Effect.TRUNCATE;
import static dev.stepgate.operation.Effect.UPDATE;
import static dev.stepgate.policy.Requests.CONNECTION;
import static dev.stepgate.policy.Requests.NOW;
import static dev.stepgate.policy.Requests.SESSION;
import static dev.stepgate.policy.Requests.decide;
import static dev.stepgate.policy.Requests.request;
import static dev.stepgate.policy.Rules.closed;
import static dev.stepgate.policy.Rules.open;
import static dev.stepgate.policy.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect.Group;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Where;
import dev.stepgate.operation.Look;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Operation.Kind;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.Decision.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of requests under rules. */
class RulePolicyTest {

  private static final Rule NO_DROPS = rule().effects(DROP, TRUNCATE).deny("no-drops");
  private static final Rule MASS =
      rule().effects(UPDATE, DELETE).rows(Rule.Rows.ALL).ask("mass-writes", "dba");
  private static final Rule MIGRATE =
      rule().groups(Group.READ, Group.WRITE, Group.DDL).allow("migrate");
  private static final Ruleset EXAMPLE = closed(NO_DROPS, MASS, MIGRATE);

  private static Requests select(String table) {
    return request().does(SELECT, "table", table);
  }

  private static Requests drop(String table) {
    return request().does(DROP, "table", table);
  }

  @Test
  void what_a_rule_allows_passes() {
    assertThat(decide(EXAMPLE, select("app.orders").operation())).isSameAs(Decision.ALLOW);
  }

  @Test
  void deny_wins_over_allow_and_says_its_message() {
    Decision decision = decide(EXAMPLE, drop("app.orders").operation());

    assertThat(decision).isEqualTo(Decision.deny("no-drops", "Not no-drops."));
  }

  @Test
  void deny_wins_over_approval() {
    Ruleset rules = closed(rule().effects(DROP).ask("ask", "dba"), NO_DROPS, MIGRATE);

    assertThat(decide(rules, drop("app.orders").operation()).rule()).isEqualTo("no-drops");
  }

  @Test
  void approval_wins_over_allow() {
    Decision decision =
        decide(EXAMPLE, request().does(DELETE, "table", "app.orders", Where.MISSING).operation());

    assertThat(decision.verdict()).isEqualTo(Verdict.ASK);
    assertThat(decision.rule()).isEqualTo("mass-writes");
    assertThat(decision.ask().from()).containsExactly("dba");
    assertThat(decision.reason()).isEqualTo("An approval is needed.");
  }

  @Test
  void a_where_that_looks_at_no_column_is_none() {
    assertThat(
            decide(
                    EXAMPLE,
                    request().does(UPDATE, "table", "app.orders", Where.CONSTANT).operation())
                .verdict())
        .isEqualTo(Verdict.ASK);
    assertThat(
            decide(
                    EXAMPLE,
                    request().does(UPDATE, "table", "app.orders", Where.PRESENT).operation())
                .verdict())
        .isEqualTo(Verdict.ALLOW);
  }

  @Test
  void what_no_rule_allows_is_refused_and_named() {
    Decision decision = decide(EXAMPLE, request().does(GRANT, "table", "app.orders").operation());

    assertThat(decision).isEqualTo(Decision.deny("", "no rule allows grant of table app.orders"));
  }

  @Test
  void each_use_has_to_be_covered() {
    Ruleset rules = closed(rule().effects(SELECT).relations("app.*").allow("app"));
    Requests both = select("app.orders").does(SELECT, "table", "hr.people");

    assertThat(decide(rules, both.operation()).reason())
        .isEqualTo("no rule allows select of table hr.people");
  }

  @Test
  void two_rules_cover_together() {
    Ruleset rules =
        closed(
            rule().effects(SELECT).relations("app.*").allow("app"),
            rule().effects(SELECT).relations("hr.*").allow("hr"));

    assertThat(
            decide(rules, select("app.orders").does(SELECT, "table", "hr.people").operation())
                .allowed())
        .isTrue();
  }

  @Test
  void what_a_view_or_trigger_does_counts() {
    Ruleset rules = closed(rule().effects(SELECT).relations("app.*").allow("app"));
    Requests behind = select("app.v").through("view app.v", SELECT, "table", "hr.people");

    assertThat(decide(rules, behind.operation()).reason())
        .isEqualTo("no rule allows select of table hr.people (through view app.v)");
  }

  @Test
  void one_denied_statement_refuses_the_batch() {
    Operation batch =
        Requests.operation(Kind.QUERY, select("app.a"), drop("app.b"), select("app.c"));

    assertThat(decide(EXAMPLE, batch).rule()).isEqualTo("no-drops");
  }

  @Test
  void one_statement_to_be_approved_makes_the_batch_wait() {
    Operation batch =
        Requests.operation(
            Kind.QUERY, request().does(DELETE, "table", "app.b", Where.MISSING), select("app.a"));

    assertThat(decide(EXAMPLE, batch).verdict()).isEqualTo(Verdict.ASK);
  }

  @Test
  void an_empty_request_does_nothing() {
    assertThat(decide(EXAMPLE, Requests.operation(Kind.QUERY)).allowed()).isTrue();
  }

  @Test
  void approval_covers_what_it_speaks_of_and_no_more() {
    Ruleset rules = closed(rule().effects(DELETE).ask("deletes", "dba"));

    assertThat(decide(rules, request().does(DELETE, "table", "app.a").operation()).verdict())
        .isEqualTo(Verdict.ASK);
    assertThat(
            decide(
                    rules,
                    request()
                        .does(DELETE, "table", "app.a")
                        .does(SELECT, "table", "app.b")
                        .operation())
                .verdict())
        .isEqualTo(Verdict.DENY);
  }

  @Test
  void default_allow_lets_the_rest_pass() {
    assertThat(decide(open(NO_DROPS), request().does(GRANT, "role", "x").operation()).allowed())
        .isTrue();
    assertThat(decide(open(NO_DROPS), drop("app.a").operation()).allowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Facts.Gap.Reason.class, mode = EnumSource.Mode.EXCLUDE, names = "CALL")
  void a_gap_is_refused_by_default_deny(Facts.Gap.Reason reason) {
    Decision decision = decide(EXAMPLE, request().does(DO, "", "").gap(reason, false).operation());

    assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
    assertThat(decision.rule()).isEmpty();
    assertThat(decision.reason())
        .contains("what it does is not known (" + Words.of(reason) + ": a text made at run time)");
  }

  @ParameterizedTest
  @EnumSource(Reach.Unknown.Reason.class)
  void an_unknown_reach_is_refused_as_a_gap(Reach.Unknown.Reason reason) {
    assertThat(decide(EXAMPLE, select("app.orders").unknown(reason).operation()).reason())
        .contains(Words.of(reason));
  }

  @Test
  void a_procedure_is_known_as_far_as_the_catalog_followed_it() {
    Requests call =
        request()
            .does(CALL, "procedure", "app.nightly")
            .through("procedure app.nightly", DELETE, "table", "app.stage")
            .gap(Facts.Gap.Reason.CALL, false);

    assertThat(decide(EXAMPLE, call.operation()).allowed()).isTrue();
    assertThat(decide(EXAMPLE, call.unknown(Reach.Unknown.Reason.CODE).operation()).reason())
        .contains("not known (code: ");
  }

  @Test
  void without_a_reach_nothing_is_known() {
    Operation operation = select("app.orders").operation();

    assertThat(decide(EXAMPLE, operation.with(operation.facts(), null, null)).allowed()).isFalse();
  }

  @Test
  void a_reach_of_another_number_of_statements_is_none() {
    Operation one = select("app.orders").operation();
    Operation two = Requests.operation(Kind.QUERY, select("app.a"), select("app.b"));

    assertThat(decide(EXAMPLE, one.with(one.facts(), two.reach(), null)).allowed()).isFalse();
  }

  @Test
  void a_statement_that_does_nothing_known_is_not_known() {
    assertThat(decide(EXAMPLE, request().operation()).reason())
        .contains("no effect of it is known");
  }

  @Test
  void a_gap_passes_default_allow_only_where_no_rule_may_apply() {
    Requests dynamic = request().does(DO, "", "").gap(Facts.Gap.Reason.DYNAMIC, false);
    Rule elsewhere = rule().effects(DROP).who("ref", "refs/heads/try").deny("elsewhere");

    assertThat(decide(open(NO_DROPS), dynamic.operation()).reason())
        .isEqualTo(
            "what it does is not known (dynamic: a text made at run time), so rule \"no-drops\" may"
                + " apply");
    assertThat(decide(open(elsewhere), dynamic.operation()).allowed()).isTrue();
    assertThat(decide(open(MIGRATE), dynamic.operation()).allowed()).isTrue();
  }

  @Test
  void only_a_rule_that_says_unknown_covers_a_gap() {
    Requests dynamic = request().does(DO, "", "").gap(Facts.Gap.Reason.DYNAMIC, false);
    Rule unknown = rule().effects().unknown().allow("trusting");

    assertThat(decide(closed(MIGRATE, unknown), dynamic.operation()).allowed()).isTrue();
    assertThat(decide(closed(unknown), dynamic.operation()).reason()).contains("allows do");
    assertThat(decide(closed(NO_DROPS, MIGRATE, unknown), dynamic.operation()).allowed()).isTrue();
    assertThat(
            decide(
                    closed(MIGRATE, rule().effects().unknown().ask("look", "dba")),
                    dynamic.operation())
                .verdict())
        .isEqualTo(Verdict.ASK);
    assertThat(
            decide(
                    closed(MIGRATE, unknown, rule().effects().unknown().deny("never")),
                    dynamic.operation())
                .rule())
        .isEqualTo("never");
  }

  @Test
  void what_is_known_of_a_statement_with_gaps_is_judged_too() {
    Requests both = drop("app.a").gap(Facts.Gap.Reason.DYNAMIC, false);
    Rule unknown = rule().effects().unknown().allow("trusting");

    assertThat(decide(closed(NO_DROPS, MIGRATE, unknown), both.operation()).rule())
        .isEqualTo("no-drops");
  }

  @Test
  void what_is_made_does_not_count_unless_a_rule_looks_at_it() {
    Requests function =
        request().does(CREATE, "function", "app.f").makes(DROP, "relation", "orders");
    Rule careful = rule().effects(DROP).later().deny("careful");

    assertThat(decide(EXAMPLE, function.operation()).allowed()).isTrue();
    assertThat(decide(closed(careful, MIGRATE), function.operation()).rule()).isEqualTo("careful");
  }

  @Test
  void a_name_without_schema_in_what_is_made_may_be_meant() {
    Requests function =
        request().does(CREATE, "function", "app.f").makes(DROP, "relation", "orders");

    assertThat(
            decide(
                    closed(
                        rule().effects(DROP).relations("app.orders").later().deny("careful"),
                        MIGRATE),
                    function.operation())
                .rule())
        .isEqualTo("careful");
    assertThat(
            decide(
                    closed(
                        rule().effects(DROP).relations("app.other").later().deny("careful"),
                        MIGRATE),
                    function.operation())
                .allowed())
        .isTrue();
  }

  @Test
  void a_gap_in_what_is_made_counts_for_rules_that_look_at_it() {
    Requests function =
        request().does(CREATE, "function", "app.f").gap(Facts.Gap.Reason.CODE, true);
    Rule careful = rule().effects(DROP).later().deny("careful");

    assertThat(decide(EXAMPLE, function.operation()).allowed()).isTrue();
    assertThat(decide(closed(careful, MIGRATE), function.operation()).reason())
        .startsWith("what it makes is not known (code: ")
        .endsWith("so rule \"careful\" may apply");
  }

  @Test
  void an_effect_that_only_the_text_has_counts() {
    Requests odd = select("app.orders").says(LOCK_ROWS, "relation", "orders");

    assertThat(decide(closed(rule().effects(SELECT).allow("read")), odd.operation()).reason())
        .isEqualTo("no rule allows lock-rows of relation orders");
    assertThat(
            decide(
                    open(rule().effects(LOCK_ROWS).relations("app.orders").deny("no-locks")),
                    odd.operation())
                .rule())
        .isEqualTo("no-locks");
  }

  @Test
  void relations_of_an_allowance_do_not_narrow_what_touches_none() {
    Ruleset rules = closed(rule().groups(Group.READ, Group.DDL).relations("app.*").allow("app"));

    assertThat(decide(rules, request().does(TRANSACTION, "", "").operation()).allowed()).isTrue();
    assertThat(decide(rules, request().does(SELECT, "", "").operation()).allowed()).isTrue();
    assertThat(decide(rules, request().does(SET, "setting", "work_mem").operation()).allowed())
        .isTrue();
    assertThat(decide(rules, request().does(MAINTAIN, "", "").operation()).allowed()).isFalse();
    assertThat(decide(rules, request().does(CREATE, "function", "app.f").operation()).allowed())
        .isFalse();
  }

  @Test
  void relations_of_a_refusal_need_a_relation() {
    Ruleset rules = open(rule().relations("app.*").deny("hands-off"));

    assertThat(decide(rules, request().does(TRANSACTION, "", "").operation()).allowed()).isTrue();
    assertThat(decide(rules, select("app.orders").operation()).allowed()).isFalse();
    assertThat(decide(rules, select("hr.people").operation()).allowed()).isTrue();
  }

  @Test
  void what_belongs_to_a_relation_goes_with_it() {
    Ruleset rules = closed(rule().groups(Group.DDL).relations("app.*").allow("app"));
    Requests column =
        request().does(ALTER, "table", "app.orders").does(DROP, "column", "app.orders.note");

    assertThat(decide(rules, column.operation()).allowed()).isTrue();
    assertThat(decide(rules, request().does(DROP, "column", "hr.people.x").operation()).allowed())
        .isFalse();
  }

  @Test
  void a_schema_that_goes_takes_its_relations_along() {
    Ruleset rules = open(rule().effects(DROP).relations("app.orders").deny("keep"));

    assertThat(decide(rules, request().does(DROP, "schema", "app").operation()).rule())
        .isEqualTo("keep");
    assertThat(decide(rules, request().does(DROP, "schema", "tmp").operation()).allowed()).isTrue();
  }

  @Test
  void what_is_done_to_all_is_done_to_each() {
    Ruleset rules = open(rule().effects(MAINTAIN, ALTER).relations("app.orders").deny("hands-off"));

    assertThat(decide(rules, request().does(MAINTAIN, "", "").operation()).allowed()).isFalse();
    assertThat(decide(rules, request().does(MAINTAIN, "schema", "app").operation()).allowed())
        .isFalse();
    assertThat(decide(rules, request().does(MAINTAIN, "database", "x").operation()).allowed())
        .isFalse();
    assertThat(decide(rules, request().does(ALTER, "tablespace", "x").operation()).allowed())
        .isFalse();
    assertThat(decide(rules, request().does(MAINTAIN, "table", "app.x").operation()).allowed())
        .isTrue();
    assertThat(decide(rules, request().does(ALTER, "role", "x").operation()).allowed()).isTrue();
  }

  @Test
  void all_in_a_schema_is_allowed_only_where_all_of_it_is_named() {
    Requests all = request().does(GRANT, "all in schema", "app");

    assertThat(
            decide(closed(rule().effects(GRANT).relations("app.*").allow("x")), all.operation())
                .allowed())
        .isTrue();
    assertThat(
            decide(closed(rule().effects(GRANT).relations("app.o*").allow("x")), all.operation())
                .allowed())
        .isFalse();
    assertThat(
            decide(open(rule().effects(GRANT).relations("app.o*").deny("x")), all.operation())
                .allowed())
        .isFalse();
  }

  @Test
  void objects_speak_of_things_of_any_sort() {
    Ruleset rules = closed(rule().groups(Group.DDL).object("function", "app.*").allow("functions"));

    assertThat(decide(rules, request().does(CREATE, "function", "app.f").operation()).allowed())
        .isTrue();
    assertThat(decide(rules, request().does(CREATE, "procedure", "app.f").operation()).allowed())
        .isFalse();
    assertThat(decide(rules, request().does(CREATE, "table", "app.f").operation()).allowed())
        .isFalse();
  }

  @Test
  void a_column_that_is_read_is_refused() {
    Ruleset rules = open(rule().effects(SELECT).columns("*.users.password").deny("secret"));

    assertThat(
            decide(
                    rules,
                    select("app.users").column("app.users.password", Facts.Part.OUTPUT).operation())
                .rule())
        .isEqualTo("secret");
    assertThat(
            decide(
                    rules,
                    select("app.users").column("app.users.name", Facts.Part.OUTPUT).operation())
                .allowed())
        .isTrue();
  }

  @Test
  void a_column_that_chooses_is_read_whatever_it_chooses_for() {
    Ruleset rules = open(rule().effects(SELECT).columns("app.users.password").deny("secret"));
    Requests update =
        request()
            .does(UPDATE, "table", "app.users", Where.PRESENT)
            .column("app.users.seen", Facts.Part.WRITTEN)
            .column("app.users.password", Facts.Part.PREDICATE);

    assertThat(decide(rules, update.operation()).rule()).isEqualTo("secret");
  }

  @Test
  void a_column_that_is_written_is_not_read() {
    Rule reading = rule().effects(SELECT).columns("app.users.password").deny("reading");
    Rule writing = rule().effects(UPDATE).columns("app.users.password").deny("writing");
    Requests update =
        request()
            .does(UPDATE, "table", "app.users", Where.PRESENT)
            .does(SELECT, "table", "app.users")
            .column("app.users.password", Facts.Part.WRITTEN);

    assertThat(decide(open(reading), update.operation()).allowed()).isTrue();
    assertThat(decide(open(writing), update.operation()).rule()).isEqualTo("writing");
  }

  @Test
  void a_function_that_runs_is_refused() {
    Ruleset rules = open(rule().functions("pg_catalog.pg_read_*").deny("no-files"));

    assertThat(
            decide(
                    rules,
                    request().does(SELECT, "", "").runs("pg_catalog.pg_read_file").operation())
                .rule())
        .isEqualTo("no-files");
    assertThat(
            decide(rules, request().does(SELECT, "", "").runs("pg_catalog.now").operation())
                .allowed())
        .isTrue();
  }

  @Test
  void functions_of_an_allowance_are_all_that_may_run() {
    Ruleset rules = closed(rule().effects(SELECT).functions("pg_catalog.*").allow("plain"));
    Requests builtin = request().does(SELECT, "", "").runs("pg_catalog.now");

    assertThat(decide(rules, builtin.operation()).allowed()).isTrue();
    assertThat(decide(rules, builtin.runs("app.f").operation()).allowed()).isFalse();
  }

  @Test
  void a_text_is_held_against_the_whole() {
    Ruleset rules = open(rule().unknown().text("*pg_sleep*").deny("no-sleep"));
    Requests sleep = request().does(SELECT, "", "");

    assertThat(decide(rules, sleep.text("select pg_sleep(1)").operation()).rule())
        .isEqualTo("no-sleep");
    assertThat(decide(rules, sleep.text("select 1").operation()).allowed()).isTrue();
    assertThat(decide(rules, sleep.text(null).operation()).reason())
        .isEqualTo("its text is not known, so rule \"no-sleep\" may apply");
  }

  @Test
  void a_text_that_is_allowed_is_allowed_as_it_stands() {
    Ruleset rules = closed(rule().unknown().text("CALL app.nightly()").allow("nightly"));
    Requests call =
        request().does(CALL, "procedure", "app.nightly").gap(Facts.Gap.Reason.CALL, false);

    assertThat(decide(rules, call.text("CALL app.nightly()").operation()).allowed()).isTrue();
    assertThat(decide(rules, call.text("CALL app.nightly(); DROP TABLE a").operation()).allowed())
        .isFalse();
    assertThat(decide(rules, call.text(null).operation()).allowed()).isFalse();
  }

  @Test
  void asks_for_the_text_only_where_a_rule_does() {
    assertThat(new RulePolicy(EXAMPLE).looks(SESSION, CONNECTION)).isEqualTo(Look.FACTS);
    assertThat(new RulePolicy(open(rule().text("*x*").deny("x"))).looks(SESSION, CONNECTION))
        .isEqualTo(Look.TEXT);
  }

  @Test
  void a_rule_for_others_does_not_count() {
    Rule main = rule().who("ref", "refs/heads/main").allow("main");
    Operation operation = select("app.a").operation();
    RulePolicy policy = new RulePolicy(closed(main));

    assertThat(policy.decide(SESSION, CONNECTION, operation, NOW).allowed()).isTrue();
    assertThat(
            new RulePolicy(closed(main))
                .decide(
                    Requests.session(Map.of("ref", "refs/heads/try")), CONNECTION, operation, NOW)
                .allowed())
        .isFalse();
  }

  @Test
  void a_rule_out_of_its_hours_does_not_count() {
    Window office =
        new Window(
            java.util.EnumSet.of(java.time.DayOfWeek.TUESDAY),
            9 * 60,
            17 * 60,
            java.time.ZoneId.of("UTC"));
    RulePolicy policy = new RulePolicy(closed(rule().during(office).allow("office")));
    Operation operation = select("app.a").operation();
    long night = NOW + 12 * 3_600_000L;

    assertThat(policy.decide(SESSION, CONNECTION, operation, NOW).allowed()).isTrue();
    assertThat(policy.decide(SESSION, CONNECTION, operation, night).allowed()).isFalse();
    assertThat(policy.decide(SESSION, CONNECTION, operation, NOW).allowed()).isTrue();
  }

  @Test
  void what_is_prepared_is_judged_like_what_runs() {
    Requests delete = request().does(DELETE, "table", "app.a", Where.MISSING);

    assertThat(decide(EXAMPLE, Requests.operation(Kind.PARSE, delete)).verdict())
        .isEqualTo(Verdict.ASK);
    assertThat(decide(EXAMPLE, Requests.operation(Kind.EXECUTE, delete)).verdict())
        .isEqualTo(Verdict.ASK);
    assertThat(decide(EXAMPLE, Requests.operation(Kind.PARSE, drop("app.a"))).rule())
        .isEqualTo("no-drops");
  }

  @Test
  void a_request_at_which_nobody_looked_is_refused_unless_it_is_part_of_another() {
    assertThat(decide(EXAMPLE, new Operation(Kind.QUERY, 0)).allowed()).isFalse();
    assertThat(decide(EXAMPLE, new Operation(Kind.EXECUTE, 1)).allowed()).isFalse();
    assertThat(decide(EXAMPLE, new Operation(Kind.FUNCTION_CALL, 0)).allowed()).isFalse();
    assertThat(decide(open(NO_DROPS), new Operation(Kind.QUERY, 0)).allowed()).isFalse();
    assertThat(decide(EXAMPLE, new Operation(Kind.CANCEL, 0)).allowed()).isTrue();
    assertThat(decide(EXAMPLE, new Operation(Kind.COPY_IN, 1)).allowed()).isTrue();
  }

  @Test
  void rows_of_a_partition_were_chosen_as_the_statements_own() {
    Ruleset rules =
        open(
            rule()
                .effects(DELETE)
                .relations("app.orders_2024")
                .rows(Rule.Rows.ALL)
                .deny("archive"));
    String via = "partition app.orders_2024";

    assertThat(
            decide(
                    rules,
                    request()
                        .does(DELETE, "table", "app.orders", Where.MISSING)
                        .through(via, DELETE, "table", "app.orders_2024")
                        .operation())
                .rule())
        .isEqualTo("archive");
    assertThat(
            decide(
                    rules,
                    request()
                        .does(DELETE, "table", "app.orders", Where.PRESENT)
                        .through(via, DELETE, "table", "app.orders_2024")
                        .operation())
                .allowed())
        .isTrue();
  }

  @Test
  void observed_rules_allow_and_say_what_they_would_do() {
    Ruleset observing = new Ruleset(Ruleset.Mode.OBSERVE, false, List.of(NO_DROPS));

    Decision decision = decide(observing, drop("app.a").operation());

    assertThat(decision.allowed()).isTrue();
    assertThat(decision.isObserved()).isTrue();
    assertThat(decision.rule()).isEqualTo("no-drops");
    assertThat(decide(observing, select("app.a").operation()).reason())
        .isEqualTo("no rule allows select of table app.a");
  }

  @Test
  void several_questions_become_the_strictest() {
    Ruleset rules =
        closed(
            rule().effects(DELETE).ask("a", "dba", "leads"),
            rule().effects(DELETE).ask("b", "leads", "security"));

    Decision decision = decide(rules, request().does(DELETE, "table", "app.a").operation());

    assertThat(decision.ask().from()).containsExactly("leads");
  }

  @Test
  void questions_without_a_group_in_common_are_a_refusal() {
    Ruleset rules =
        closed(rule().effects(DELETE).ask("a", "dba"), rule().effects(DELETE).ask("b", "security"));

    Decision decision = decide(rules, request().does(DELETE, "table", "app.a").operation());

    assertThat(decision.verdict()).isEqualTo(Verdict.DENY);
    assertThat(decision.reason()).contains("(a, b)");
  }

  @Test
  void a_long_reason_is_cut() {
    Decision decision =
        decide(EXAMPLE, request().does(GRANT, "role", "x".repeat(5000)).operation());

    assertThat(decision.reason()).hasSize(Words.MAX_SENTENCE).endsWith("…");
  }
}
