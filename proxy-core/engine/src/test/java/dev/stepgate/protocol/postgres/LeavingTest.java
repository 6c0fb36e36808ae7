package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.copyDone;
import static dev.stepgate.protocol.postgres.Wire.join;
import static dev.stepgate.protocol.postgres.Wire.message;
import static dev.stepgate.protocol.postgres.Wire.parse;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a client leaves, and what it still gets. */
class LeavingTest {

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void terminate_when_nothing_is_owed_ends_cleanly() {
    rig.client(query("select 1"));
    rig.server(complete("SELECT 0"), ready('I'));
    rig.client(terminate());

    assertThat(rig.finished).isTrue();
    assertThat(rig.recording.ended).isEqualTo("the client ended the connection");
  }

  @Test
  void terminate_behind_a_query_lets_the_query_be_done() {
    rig.client(query("insert"), terminate());
    assertThat(rig.serverSaw()).isEqualTo("QX");
    assertThat(rig.finished).isFalse();

    rig.server(complete("INSERT 0 1"), ready('I'));
    rig.serverCloses();

    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.DONE);
    assertThat(rig.broken).isTrue();
    assertThat(rig.cancelledAtEnd).isFalse();
  }

  @Test
  void a_client_that_said_goodbye_and_is_owed_nothing_holds_no_server() {
    rig.client(parse("", "select 1"), terminate());
    rig.server(message('1'));
    assertThat(rig.broken).isFalse();

    rig.clientCloses();

    assertThat(rig.broken).isTrue();
    assertThat(rig.recording.ended).isEqualTo("the client ended the connection");
  }

  @Test
  void a_client_that_dies_has_its_statement_cancelled() {
    rig.client(query("select pg_sleep(100)"));
    rig.clientCloses();

    assertThat(rig.cancelledAtEnd).isTrue();
    assertThat(rig.operation(1).outcome).isEqualTo(Outcome.INTERRUPTED);
    assertThat(rig.recording.ended).isEqualTo("the client went away");
  }

  @Test
  void a_client_that_leaves_behind_stray_data_gets_its_answer_first() {
    rig.client(query("select 1"), copyDone(), terminate());
    rig.server(complete("SELECT 1"), ready('I'));

    assertThat(rig.finished).isTrue();
    assertThat(rig.clientSaw()).isEqualTo("CZ");
    assertThat(rig.recording.seen.toByteArray()).isEqualTo(join(complete("SELECT 1"), ready('I')));
  }
}
