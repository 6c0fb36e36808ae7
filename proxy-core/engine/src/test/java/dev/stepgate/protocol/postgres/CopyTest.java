package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.bind;
import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.copyData;
import static dev.stepgate.protocol.postgres.Wire.copyDone;
import static dev.stepgate.protocol.postgres.Wire.copyFail;
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

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** COPY through the relay, with what servers do to Syncs within it. */
class CopyTest {

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void copy_in_is_an_operation_of_its_own_that_goes_on_with_its_query() {
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    rig.client(copyData("1\n"), copyData("2\n"), copyDone());
    rig.server(complete("COPY 2"), ready('I'));

    assertThat(rig.serverSaw()).isEqualTo("Qddc");
    assertThat(rig.clientSaw()).isEqualTo("GCZ");
    assertThat(rig.operation(2).operation).isEqualTo(new Operation(Operation.Kind.COPY_IN, 1));
    assertThat(Wire.types(rig.operation(2).data.toByteArray())).isEqualTo("ddc");
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.DONE);
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.DONE);
  }

  @Test
  void a_piece_is_recorded_before_it_is_forwarded_however_large_its_message() {
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    byte[] large = copyData("x".repeat(100_000));
    rig.beforeServer =
        bytes -> assertThat(rig.recording.sent.size()).isGreaterThanOrEqualTo(bytes.length);
    rig.serverSaw();
    for (int at = 0; at < large.length; at += 1000) {
      rig.client(Arrays.copyOfRange(large, at, Math.min(large.length, at + 1000)));
      assertThat(rig.operation(2).data.size()).isEqualTo(rig.toServer.size());
    }

    assertThat(rig.toServer.toByteArray()).isEqualTo(large);
  }

  @Test
  void copy_out_counts_its_pieces() {
    rig.client(query("copy t to stdout"));
    rig.server(copyOut(), copyData("1"), copyData("2"));
    rig.server(copyData("3"), Wire.copyDone(), complete("COPY 3"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("HdddcCZ");
    assertThat(rig.operation(2).operation).isEqualTo(new Operation(Operation.Kind.COPY_OUT, 1));
    assertThat(rig.operation(2).rows).isEqualTo(3);
    assertThat(Wire.types(rig.operation(2).response.toByteArray())).isEqualTo("Hdddc");
    assertThat(Wire.types(rig.operation(1).response.toByteArray())).isEqualTo("CZ");
  }

  @Test
  void a_sync_before_copy_done_brings_no_ready_of_its_own() {
    rig.client(parse("", "copy"), bind("", ""), execute("", 0), sync());
    rig.server(message('1'), message('2'), copyIn());
    rig.client(copyData("1"), copyDone(), sync());
    rig.server(complete("COPY 1"), ready('I'));
    rig.client(query("select 1"));
    rig.server(complete("SELECT 0"), ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("12GCZCZ");
    assertThat(rig.operation(4).outcome).isEqualTo(Outcome.DONE);
  }

  @Test
  void after_an_error_in_the_data_the_early_sync_was_swallowed() {
    rig.client(parse("", "copy"), bind("", ""), execute("", 0), sync());
    rig.server(message('1'), message('2'), copyIn());
    rig.client(copyData("x"));
    rig.serverSaw();
    rig.server(error("22P02"));
    assertThat(rig.serverSaw()).isEqualTo("SCS");
    // The server skipped until the gateway's own Sync: no answer to the client's.
    rig.server(ready('I'), message('3'), ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("12GE");

    // What the server would have skipped is recorded, and goes nowhere.
    rig.client(copyDone(), parse("", "other"), sync());
    assertThat(rig.serverSaw()).isEqualTo("S");
    rig.server(ready('I'));

    assertThat(rig.clientSaw()).isEqualTo("Z");
    assertThat(rig.operation(2).outcome).isEqualTo(Outcome.failed("22P02"));
    assertThat(rig.operation(3).outcome).isEqualTo(Outcome.failed("22P02"));
    assertThat(rig.operation(4).outcome).isEqualTo(Outcome.SKIPPED);
  }

  @Test
  void after_an_error_before_the_data_the_early_sync_is_answered() {
    rig.client(parse("", "copy"), bind("", ""), execute("", 0), sync());
    rig.server(message('1'), message('2'), copyIn(), error("P0001"), ready('I'));
    rig.serverSaw();
    rig.server(ready('I'), message('3'), ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("12GEZ");

    rig.client(copyData("late"), copyDone(), sync());

    assertThat(rig.serverSaw()).isEqualTo("S");
    rig.server(ready('I'));
    assertThat(rig.clientSaw()).isEqualTo("Z");
  }

  @Test
  void the_rest_of_a_piece_is_sent_though_its_copy_has_failed() {
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    byte[] piece = copyData("0123456789");
    rig.client(Arrays.copyOf(piece, 8));
    rig.server(error("57014"), ready('I'));
    rig.client(Arrays.copyOfRange(piece, 8, piece.length), copyFail(), query("select 1"));
    rig.server(complete("SELECT 0"), ready('I'));

    assertThat(rig.serverSaw()).isEqualTo("QdQ");
    assertThat(rig.clientSaw()).isEqualTo("GEZCZ");
  }

  @Test
  void copy_data_that_comes_early_waits_for_the_answer() {
    rig.client(query("copy t from stdin"), copyData("1"), copyDone(), query("select 1"));
    assertThat(rig.serverSaw()).isEqualTo("QH");

    rig.server(copyIn());
    assertThat(rig.serverSaw()).isEqualTo("dcH");

    rig.server(complete("COPY 1"), ready('I'));
    assertThat(rig.serverSaw()).isEqualTo("Q");
  }

  @Test
  void copy_data_outside_copy_goes_nowhere() {
    rig.client(copyData("stray"), copyDone(), copyFail(), query("select 1"));

    assertThat(rig.serverSaw()).isEqualTo("Q");
  }

  @Test
  void several_copies_of_one_query_are_operations_each() {
    rig.client(query("copy a from stdin; copy b from stdin"));
    rig.server(copyIn());
    rig.client(copyData("1"), copyDone());
    rig.server(complete("COPY 1"), copyIn());
    rig.client(copyData("2"), copyDone());
    rig.server(complete("COPY 1"), ready('I'));

    assertThat(rig.recording.operations).hasSize(3);
    assertThat(rig.recording.operations.values())
        .allMatch(operated -> operated.outcome.equals(Outcome.DONE));
  }

  @Test
  void another_statement_within_the_data_ends_the_connection() {
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    rig.client(copyData("1"), query("select 1"));

    assertThat(rig.serverSaw()).isEqualTo("Q");
    assertThat(rig.clientText()).contains("08P01");
    assertThat(rig.cancelledAtEnd).isTrue();
  }

  @Test
  void a_statement_behind_an_unanswered_copy_ends_the_connection() {
    rig.client(query("copy t from stdin"), query("select 1"));
    rig.server(copyIn());

    assertThat(rig.clientText()).contains("08P01");
    assertThat(rig.broken).isTrue();
  }

  @Test
  void evidence_lost_within_copy_ends_it_without_copy_done() {
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    rig.client(copyData("1"));
    rig.serverSaw();
    rig.recording.full = true;
    rig.client(copyData("2"), copyDone());

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("FATAL").contains("58030").contains("no space left");
    assertThat(rig.cancelledAtEnd).isTrue();
  }

  @Test
  void a_copy_that_begins_within_the_data_of_another_ends_the_connection() {
    byte[] data = copyData("piece");
    rig.client(query("copy t from stdin"));
    rig.server(copyIn());
    rig.client(Arrays.copyOf(data, data.length - 1));
    rig.server(complete("COPY 1"), copyIn());

    assertThat(rig.clientText()).contains("FATAL").contains("08P01");
    assertThat(rig.broken).isTrue();
  }
}
