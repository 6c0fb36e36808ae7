package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.bind;
import static dev.stepgate.protocol.postgres.Wire.call;
import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.copyData;
import static dev.stepgate.protocol.postgres.Wire.copyDone;
import static dev.stepgate.protocol.postgres.Wire.copyIn;
import static dev.stepgate.protocol.postgres.Wire.copyOut;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.execute;
import static dev.stepgate.protocol.postgres.Wire.message;
import static dev.stepgate.protocol.postgres.Wire.parse;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Operation.Kind;
import dev.stepgate.operation.Outcome;
import dev.stepgate.policy.Decision;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the gate refuses reaches no server, and fails the transaction that it sat in. */
class RefusalTest {

  private final Set<Kind> denied = EnumSet.noneOf(Kind.class);
  private final Rig rig =
      new Rig(
          (session, connection, operation, now) ->
              denied.contains(operation.kind())
                  ? Decision.deny("no-such", "Not here.")
                  : Decision.ALLOW,
          PostgresLimits.DEFAULT);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void outside_a_transaction_a_query_is_answered_at_once() {
    denied.add(Kind.QUERY);
    rig.client(query("drop table t"));

    assertThat(rig.serverSaw()).isEmpty();
    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("EZ");
    assertThat(text)
        .contains("42501")
        .contains("refused by rule \"no-such\": Not here. [sg-7QK2:1]")
        .contains("ERROR");
    assertThat(rig.operation(1).outcome.status()).isEqualTo(Outcome.Status.REFUSED);
  }

  @Test
  void within_a_transaction_a_failing_message_takes_its_place() {
    rig.client(query("begin"));
    rig.server(complete("BEGIN"), ready('T'));
    rig.serverSaw();
    rig.clientSaw();
    denied.add(Kind.QUERY);
    rig.client(query("drop table secrets"));
    assertThat(rig.toServer.toString(StandardCharsets.UTF_8)).doesNotContain("secrets");
    assertThat(rig.serverSaw()).isEqualTo("Q");
    assertThat(rig.clientSaw()).isEmpty();

    rig.server(error("42601"), ready('E'));

    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("EZ");
    assertThat(text).contains("[sg-7QK2:2]").doesNotContain("42601");
    assertThat(text.charAt(text.length() - 1)).isEqualTo('E');
  }

  @Test
  void behind_pipelined_messages_it_is_answered_in_order() {
    rig.client(query("select 1"));
    denied.add(Kind.QUERY);
    rig.client(query("drop"));
    denied.clear();
    rig.client(query("select 2"));
    rig.server(complete("SELECT 0"), ready('I'));
    rig.server(error("42601"), ready('I'));
    rig.server(complete("SELECT 0"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("CZEZCZ");
    assertThat(rig.operation(3).outcome).isEqualTo(Outcome.DONE);
  }

  @Test
  void a_refused_execute_fails_its_pipeline_and_leaves_one_ready() {
    denied.add(Kind.EXECUTE);
    rig.client(parse("", "insert"), bind("", ""), execute("", 0), parse("x", "q"), sync());
    assertThat(rig.serverSaw()).isEqualTo("PPS");

    rig.server(message('1'), error("42601"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("1EZ");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.DONE);
    assertThat(rig.operation(2).outcome.status()).isEqualTo(Outcome.Status.REFUSED);
    assertThat(rig.operation(3).outcome).isEqualTo(Outcome.SKIPPED);
  }

  @Test
  void a_refused_parse_takes_what_depends_on_it_along() {
    denied.add(Kind.PARSE);
    rig.client(parse("s", "drop"), bind("", "s"), execute("", 0), sync());
    rig.server(error("42601"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("EZ");
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.SKIPPED);
  }

  @Test
  void a_refused_message_that_the_server_would_skip_is_not_replaced() {
    rig.client(parse("", "bad"), Wire.flush());
    rig.server(error("42601"));
    rig.serverSaw();
    denied.add(Kind.EXECUTE);
    rig.client(bind("", ""), execute("", 0), sync());

    assertThat(rig.serverSaw()).isEqualTo("S");
    rig.server(ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("EZ");
  }

  @Test
  void a_refused_function_call_is_answered_like_a_query() {
    denied.add(Kind.FUNCTION_CALL);
    rig.client(call());

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientSaw()).isEqualTo("EZ");
  }

  @Test
  void a_refused_copy_in_is_failed_at_the_server() {
    denied.add(Kind.COPY_IN);
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    assertThat(rig.serverSaw()).isEqualTo("Qf");

    rig.client(copyData("secret"), copyDone());
    rig.server(error("57014"), ready('I'));
    rig.client(query("select 1"));

    assertThat(rig.serverSaw()).isEqualTo("HQ");
    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("GEZ");
    assertThat(text).contains("[sg-7QK2:2]");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.failed("57014"));
  }

  @Test
  void a_refused_copy_out_ends_the_connection_before_any_data() {
    denied.add(Kind.COPY_OUT);
    rig.client(query("copy t to stdout"));
    rig.server(copyOut(), copyData("secret"));

    String text = rig.toClient.toString(StandardCharsets.UTF_8);
    assertThat(rig.clientSaw()).isEqualTo("E");
    assertThat(text).contains("[sg-7QK2:2]").doesNotContain("secret");
    assertThat(rig.cancelledAtEnd).isTrue();
  }

  @Test
  void a_server_that_takes_the_message_in_its_place_is_not_trusted_further() {
    denied.add(Kind.PARSE);
    rig.client(parse("s", "drop"), sync());
    rig.server(message('1'), ready('I'));

    assertThat(rig.broken).isTrue();
    assertThat(rig.clientText()).contains("08P01");
  }

  @Test
  void a_servers_end_is_not_taken_for_the_refusal() {
    denied.add(Kind.PARSE);
    rig.client(parse("s", "drop"), sync());
    rig.server(error("FATAL", "57P01"));

    assertThat(rig.clientText()).contains("57P01").doesNotContain("42501");
  }
}
