package dev.stepgate.gateway.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a recording holds of approvals reads as sentences. */
class ApprovalNotesTest {

  @Test
  void who_was_asked_and_who_answered() {
    assertThat(
            ApprovalNotes.sentence(
                "{\"operation\":17,\"id\":\"ap-7QK2M9X4TB\",\"event\":\"asked\",\"rule\":\"mass-writes\","
                    + "\"from\":[\"dba\",\"leads\"],\"count\":2,\"expires\":\"2026-11-24T15:12:11Z\","
                    + "\"digest\":\"5b\"}"))
        .hasValue(
            "#17 ap-7QK2M9X4TB asked by rule mass-writes: 2 of dba, leads, until"
                + " 2026-11-24T15:12:11Z");
    assertThat(
            ApprovalNotes.sentence(
                "{\"operation\":17,\"id\":\"ap-7QK2M9X4TB\",\"event\":\"rejected\",\"issuer\":\"local\","
                    + "\"subject\":\"1001\",\"name\":\"bob\",\"groups\":[\"dba\"],\"by\":\"bob(1001)\","
                    + "\"reason\":\"no\",\"at\":\"2026-11-24T15:04:00Z\"}"))
        .hasValue(
            "#17 ap-7QK2M9X4TB rejected by bob (local 1001, dba) as bob(1001) at"
                + " 2026-11-24T15:04:00Z: no");
  }

  @Test
  void how_it_ended() {
    assertThat(
            ApprovalNotes.sentence(
                "{\"operation\":3,\"id\":\"ap-7QK2M9X4TB\",\"event\":\"expired\",\"why\":\"late\"}"))
        .hasValue("#3 ap-7QK2M9X4TB expired: late");
  }

  @Test
  void what_is_something_else_is_none() {
    assertThat(ApprovalNotes.sentence("")).isEmpty();
    assertThat(ApprovalNotes.sentence("[1]")).isEmpty();
    assertThat(ApprovalNotes.sentence("{\"operation\":\"x\",\"id\":1}")).isEmpty();
    assertThat(ApprovalNotes.sentence("{\"operation\"")).isEmpty();
  }
}
