package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.flush;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.row;
import static dev.stepgate.protocol.postgres.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing goes anywhere that is not in the recording. */
class EvidenceTest {

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void a_request_that_cannot_be_recorded_is_not_forwarded() {
    rig.recording.full = true;
    rig.client(query("select 1"));

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("FATAL").contains("58030").contains("no space left");
    assertThat(rig.broken).isTrue();
  }

  @Test
  void not_even_a_sync_is() {
    rig.recording.full = true;
    rig.client(sync(), flush());

    assertThat(rig.serverSaw()).isEmpty();
  }

  @Test
  void an_answer_that_cannot_be_recorded_is_not_shown() {
    rig.client(query("select secret"));
    rig.recording.full = true;
    rig.server(row("secret"), complete("SELECT 1"), ready('I'));

    assertThat(rig.clientText()).contains("58030").doesNotContain("secret");
    assertThat(rig.broken).isTrue();
  }

  @Test
  void within_a_row_there_is_no_place_for_an_error() {
    rig.client(query("select secret"));
    byte[] row = row("x".repeat(100));
    rig.server(Arrays.copyOf(row, 50));
    rig.recording.full = true;
    rig.server(Arrays.copyOfRange(row, 50, row.length), complete("SELECT 1"), ready('I'));

    assertThat(rig.toClient.toByteArray()).isEqualTo(Arrays.copyOf(row, 50));
    assertThat(rig.broken).isTrue();
  }

  @Test
  void what_has_to_be_durable_first_is_flushed_once_it_is() {
    rig.recording.unsettled = true;
    rig.client(query("select 1"));
    rig.client(query("select 2"));
    assertThat(rig.serverSaw()).isEmpty();

    rig.recording.unsettled = false;
    rig.recording.whenSettled.run();
    rig.gather();

    assertThat(rig.serverSaw()).isEqualTo("QQ");
  }

  @Test
  void what_can_never_become_durable_is_never_flushed() {
    rig.recording.unsettled = true;
    rig.client(query("select 1"));
    Runnable later = rig.recording.whenSettled;
    rig.recording.full = true;
    later.run();
    rig.gather();

    assertThat(rig.serverSaw()).isEmpty();
    assertThat(rig.clientText()).contains("58030");
  }

  @Test
  void what_waits_for_durability_does_not_slip_out_with_the_end() {
    rig.recording.unsettled = true;
    rig.client(query("select 1"));
    rig.clientCloses();

    assertThat(rig.serverSaw()).isEmpty();
  }
}
