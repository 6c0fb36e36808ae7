package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.bind;
import static dev.stepgate.protocol.postgres.Wire.call;
import static dev.stepgate.protocol.postgres.Wire.closing;
import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.describe;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.execute;
import static dev.stepgate.protocol.postgres.Wire.flush;
import static dev.stepgate.protocol.postgres.Wire.int32;
import static dev.stepgate.protocol.postgres.Wire.join;
import static dev.stepgate.protocol.postgres.Wire.message;
import static dev.stepgate.protocol.postgres.Wire.notice;
import static dev.stepgate.protocol.postgres.Wire.parse;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.row;
import static dev.stepgate.protocol.postgres.Wire.rowDescription;
import static dev.stepgate.protocol.postgres.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Simple and extended queries through the relay, and how connections end. */
class RelayTest {

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void a_query_is_one_operation_and_its_answer_one_outcome() {
    rig.client(query("select 1"));
    rig.server(rowDescription(), row("1"), complete("SELECT 1"), ready('I'));

    assertThat(rig.serverSaw()).isEqualTo("Q");
    assertThat(rig.clientSaw()).isEqualTo("TDCZ");
    assertThat(rig.recording.events).containsExactly("request 1", "outcome 1");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.DONE);
    assertThat(rig.operation(1).rows).isEqualTo(1);
  }

  @Test
  void a_malformed_ready_for_query_is_never_passed_on() {
    rig.client(query("select 1"));
    rig.server(complete("SELECT 1"), message('Z'));

    assertThat(rig.clientSaw()).isEqualTo("CE");
  }

  @Test
  void a_ready_for_query_of_an_unknown_status_is_never_passed_on() {
    rig.client(query("select 1"));
    rig.server(complete("SELECT 1"), ready('?'));

    assertThat(rig.clientSaw()).isEqualTo("CE");
  }

  @Test
  void bind_describe_execute_and_sync_are_one_operation() {
    rig.client(parse("s", "select 1"), sync());
    rig.server(message('1'), ready('I'));
    rig.client(bind("", "s"), describe('P', ""), execute("", 0), sync());
    rig.server(message('2'), rowDescription(), row("1"), complete("SELECT 1"), ready('I'));

    assertThat(rig.serverSaw()).isEqualTo("PSBDES");
    assertThat(rig.recording.events)
        .containsExactly("request 1", "outcome 1", "request 2", "outcome 2");
    assertThat(rig.operation(2).operation).isEqualTo(new Operation(Operation.Kind.EXECUTE, 1));
    assertThat(Wire.types(rig.operation(2).response.toByteArray())).isEqualTo("2TDCZ");
  }

  @Test
  void a_bind_waits_for_the_message_behind_it() {
    rig.client(parse("", "select 1"), bind("", ""));
    assertThat(rig.serverSaw()).isEqualTo("P");

    rig.client(flush());

    assertThat(rig.serverSaw()).isEqualTo("BH");
    assertThat(rig.operation(2).operation.kind()).isEqualTo(Operation.Kind.BIND);
  }

  @Test
  @Timeout(30)
  void a_bind_is_not_searched_anew_for_each_byte_behind_it() {
    rig.client(bind("n".repeat(4_096), ""));
    byte[] slow = execute("e".repeat(9_000), 0);

    for (byte piece : slow) {
      rig.client(new byte[] {piece});
    }

    assertThat(rig.operation(2).operation.kind()).isEqualTo(Operation.Kind.EXECUTE);
  }

  @Test
  void an_execute_of_another_portal_leaves_the_bind_alone() {
    rig.client(bind("a", "s"), execute("b", 0), sync());

    assertThat(rig.operation(1).operation.kind()).isEqualTo(Operation.Kind.BIND);
    assertThat(rig.operation(2).operation.kind()).isEqualTo(Operation.Kind.EXECUTE);
  }

  @Test
  void a_portal_executed_again_goes_on_with_the_operation_that_bound_it() {
    rig.client(parse("", "q"), bind("c", ""), execute("c", 1), flush());
    rig.server(message('1'), message('2'), row("1"), message('s'));
    rig.client(execute("c", 1), sync());
    rig.server(row("2"), message('s'), ready('I'));

    assertThat(rig.operation(3).operation).isEqualTo(new Operation(Operation.Kind.EXECUTE, 2));
    assertThat(rig.operation(2).rows).isEqualTo(1);
    assertThat(rig.operation(3).rows).isEqualTo(1);
  }

  @Test
  void an_error_skips_what_is_pipelined_up_to_the_sync() {
    rig.client(parse("", "bad"), bind("", ""), execute("", 0), query("select 1"), sync());
    rig.client(query("select 2"));
    rig.server(error("42601"), ready('I'));

    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.failed("42601"));
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.SKIPPED);
    assertThat(rig.operation(3).outcome).isEqualTo(Outcome.SKIPPED);
    assertThat(rig.operation(4).outcome).isNull();
    assertThat(rig.clientSaw()).isEqualTo("EZ");
  }

  @Test
  void what_comes_behind_an_unsynced_error_is_recorded_forwarded_and_skipped() {
    rig.client(parse("", "bad"), flush());
    rig.server(error("42601"));
    rig.client(bind("", ""), execute("", 0));
    rig.client(sync());
    rig.server(ready('I'));

    assertThat(rig.serverSaw()).isEqualTo("PHBES");
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.SKIPPED);
    assertThat(rig.clientSaw()).isEqualTo("EZ");
  }

  @Test
  void a_query_within_an_unsynced_sequence_has_its_own_ready() {
    rig.client(parse("", "q"), bind("", ""), execute("", 0), query("select 1"), sync());
    rig.server(message('1'), message('2'), complete("SELECT 0"));
    rig.server(rowDescription(), complete("SELECT 0"), ready('I'), ready('I'));

    assertThat(rig.recording.operations.values())
        .allMatch(operated -> operated.outcome.equals(Outcome.DONE));
    assertThat(rig.clientSaw()).isEqualTo("12CTCZZ");
  }

  @Test
  void a_commit_that_fails_at_the_sync_is_no_operations_error() {
    rig.client(parse("", "q"), bind("", ""), execute("", 0), sync());
    rig.server(message('1'), message('2'), complete("INSERT 0 1"));
    rig.server(error("23503"), ready('I'));
    rig.client(query("select 1"));
    rig.server(complete("SELECT 0"), ready('I'));

    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.DONE);
    assertThat(rig.operation(3).outcome).isEqualTo(Outcome.DONE);
    assertThat(rig.recording.events).contains("note backend");
  }

  @Test
  void an_error_in_the_middle_of_a_query_ends_it() {
    rig.client(query("select 1; boom; select 2"));
    rig.server(rowDescription(), row("1"), complete("SELECT 1"));
    rig.server(error("42601"), ready('I'));

    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.failed("42601"));
    assertThat(rig.operation(1).rows).isEqualTo(1);
  }

  @Test
  void a_function_call_streams_its_result() {
    rig.client(call());
    byte[] result = message('V', int32(4), new byte[] {1, 2, 3, 4});
    rig.server(Arrays.copyOf(result, 8));
    rig.server(Arrays.copyOfRange(result, 8, result.length), ready('I'));

    assertThat(rig.operation(1).operation.kind()).isEqualTo(Operation.Kind.FUNCTION_CALL);
    assertThat(rig.clientSaw()).isEqualTo("VZ");
  }

  @Test
  void a_row_passes_in_pieces_while_the_rest_is_still_to_come() {
    rig.client(query("select lo"));
    byte[] row = row("x".repeat(1000));
    rig.server(rowDescription(), Arrays.copyOf(row, 100));

    assertThat(rig.toClient.size()).isEqualTo(rowDescription().length + 100);
    assertThat(rig.recording.events).containsExactly("request 1", "response 1");

    rig.server(Arrays.copyOfRange(row, 100, row.length), complete("SELECT 1"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("TDCZ");
    assertThat(rig.operation(1).rows).isEqualTo(1);
  }

  @Test
  void notices_outside_operations_are_noted_and_passed_on() {
    rig.server(notice());
    rig.server(message('A', int32(7), Wire.text("ch"), Wire.text("payload")));
    rig.server(message('S', Wire.text("TimeZone"), Wire.text("UTC")));

    assertThat(rig.clientSaw()).isEqualTo("NAS");
    assertThat(rig.recording.events)
        .containsExactly("note backend", "note backend", "note backend");
  }

  @Test
  void a_close_and_a_describe_alone_are_notes() {
    rig.client(closing('S', "s"), describe('S', "t"), sync());
    rig.server(message('3'), message('t', Wire.int16(0)), message('n'), ready('I'));

    assertThat(rig.recording.operations).isEmpty();
    assertThat(rig.recording.events).containsExactly("note frontend", "note backend");
    assertThat(rig.clientSaw()).isEqualTo("3tnZ");
  }

  @Test
  void a_server_that_dies_is_told_to_the_client() {
    rig.client(query("select 1"));
    rig.serverCloses();
    rig.gather();

    assertThat(rig.clientText()).contains("FATAL").contains("08006").contains("\"db\"");
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.INTERRUPTED);
  }

  @Test
  void a_servers_own_last_words_are_the_only_ones() {
    rig.client(query("select 1"));
    rig.server(error("FATAL", "57P01"));
    rig.serverCloses();
    rig.gather();

    assertThat(rig.clientSaw()).isEqualTo("E");
    assertThat(rig.operation(1).outcome.status()).isEqualTo(Outcome.Status.INTERRUPTED);
  }

  @Test
  void what_nobody_asked_for_ends_the_connection() {
    rig.client(query("select 1"));
    rig.server(rowDescription(), message('2'));

    assertThat(rig.clientText()).contains("08P01").contains("message '2'");
    assertThat(rig.broken).isTrue();
  }

  @Test
  void a_key_of_the_servers_never_reaches_the_client() {
    rig.server(message('K', int32(1), int32(2)));

    assertThat(rig.broken).isTrue();
    assertThat(rig.clientSaw()).isEqualTo("E");
  }

  @Test
  void a_replication_stream_is_not_supported() {
    rig.client(query("START_REPLICATION"));
    rig.server(message('W', new byte[1], Wire.int16(0)));

    assertThat(rig.clientText()).contains("0A000");
  }

  @Test
  void an_unknown_message_is_refused() {
    rig.client(message('y'));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("08P01");
  }

  @Test
  void a_statement_above_its_limit_is_refused_by_its_header() {
    byte[] header = Arrays.copyOf(message('Q', new byte[20]), 5);
    header[1] = 1;
    header[2] = 1;
    rig.client(header);

    assertThat(rig.clientText()).contains("54000").contains("16777216");
    assertThat(rig.serverSaw()).isEmpty();
  }

  @Test
  void an_error_at_the_sync_stands_behind_what_the_server_said_was_done() {
    rig.client(parse("", "insert"), bind("", ""), execute("", 0), sync());
    rig.server(message('1'), message('2'), complete("INSERT 0 1"), error("23505"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("12CEZ");
    assertThat(rig.recording.events)
        .containsExactly("request 1", "request 2", "outcome 1", "outcome 2", "note backend");
    assertThat(Wire.types(rig.operation(2).response.toByteArray())).isEqualTo("2C");
  }

  @Test
  void an_error_of_no_operation_belongs_to_none() {
    rig.client(parse("s", "q"), describe('S', "other"), sync());
    rig.server(message('1'), error("26000"), ready('I'));

    assertThat(rig.recording.events).containsExactly("request 1", "outcome 1", "note backend");
    assertThat(Wire.types(rig.operation(1).response.toByteArray())).isEqualTo("1");
  }

  @Test
  void every_cut_of_a_conversation_gives_the_same() {
    byte[] asked =
        join(
            query("select 1"),
            parse("s", "q"),
            bind("p", "s"),
            describe('P', "p"),
            execute("p", 5),
            closing('P', "p"),
            sync());
    byte[] answered =
        join(
            rowDescription(),
            row("1"),
            complete("SELECT 1"),
            ready('I'),
            message('1'),
            message('2'),
            rowDescription(),
            row("a"),
            row("b"),
            complete("SELECT 2"),
            message('3'),
            ready('I'));
    for (int cut = 1; cut < asked.length; cut++) {
      for (int back = 1; back < answered.length; back += 3) {
        try (Rig cutRig = new Rig()) {
          cutRig.client(Arrays.copyOf(asked, cut));
          cutRig.client(Arrays.copyOfRange(asked, cut, asked.length));
          cutRig.server(Arrays.copyOf(answered, back));
          cutRig.server(Arrays.copyOfRange(answered, back, answered.length));

          assertThat(cutRig.toServer.toByteArray()).isEqualTo(asked);
          assertThat(cutRig.toClient.toByteArray()).isEqualTo(answered);
          assertThat(cutRig.recording.sent.toByteArray()).isEqualTo(asked);
          assertThat(cutRig.recording.seen.toByteArray()).isEqualTo(answered);
          assertThat(cutRig.recording.operations).hasSize(3);
        }
      }
    }
  }
}
