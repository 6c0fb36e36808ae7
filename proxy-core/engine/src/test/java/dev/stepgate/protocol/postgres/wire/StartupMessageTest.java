package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stepgate.protocol.postgres.wire.StartupMessage.Parameter;
import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupMessageTest {

  private static final String PSQL =
      "00000029 00030000 'user' 00 'alice' 00 'database' 00 'orders' 00 'x' 00 'é' 00 00";

  private static StartupMessage decode(String notation) {
    return (StartupMessage) new StartupDecoder().decode(Golden.buffer(notation));
  }

  private static WireException refusal(String notation) {
    return Golden.refusal(notation, in -> new StartupDecoder().decode(in));
  }

  @Test
  void version_3_0_with_parameters() {
    Golden.startup(
        PSQL,
        new StartupMessage(
            0,
            List.of(
                new Parameter("user", "alice"),
                new Parameter("database", "orders"),
                new Parameter("x", "é"))));
  }

  @Test
  void version_3_2_without_parameters() {
    Golden.startup("00000009 00030002 00", new StartupMessage(2, List.of()));
  }

  @Test
  void the_version_that_clients_send_to_see_it_negotiated_down() {
    Golden.startup("00000009 0003270f 00", new StartupMessage(9999, List.of()));
  }

  @Test
  void an_empty_value_is_a_value() {
    assertThat(decode("0000000f 00030000 'user' 00 00 00").parameter("user")).contains("");
  }

  @Test
  void a_name_given_twice_is_seen() {
    StartupMessage message =
        decode("0000001a 00030000 'user' 00 'a' 00 'b' 00 00 'user' 00 'b' 00 00");

    assertThat(message.duplicates()).containsExactly("user");
    assertThat(message.parameter("user")).contains("a");
  }

  @Test
  void options_of_the_protocol_are_told_from_settings() {
    StartupMessage message =
        decode("0000001f 00030002 '_pq_.big' 00 '1' 00 'user' 00 'alice' 00 00");

    assertThat(message.protocolOptions()).containsExactly("_pq_.big");
  }

  @Test
  void a_missing_terminator_is_refused() {
    assertThat(refusal("0000000f 00030000 'user' 00 'a' 00"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void a_missing_value_is_refused() {
    assertThat(refusal("0000000d 00030000 'user' 00"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void no_body_at_all_is_refused() {
    assertThat(refusal("00000008 00030000")).returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void anything_behind_the_terminator_is_refused() {
    assertThat(refusal("0000000a 00030000 00 00"))
        .returns(Fault.TRAILING, WireException::fault)
        .returns(1L, WireException::value);
  }

  @Test
  void a_value_that_is_not_utf_8_is_refused() {
    assertThat(refusal("00000010 00030000 'user' 00 ff 00 00"))
        .returns(Fault.ENCODING, WireException::fault);
  }

  @Test
  void a_hundred_parameters_are_taken_and_one_more_is_not() {
    String hundred = "'a' 00 00 ".repeat(100);

    assertThat(decode("00000135 00030000" + hundred + "00").parameters()).hasSize(100);
    assertThat(refusal("00000138 00030000" + hundred + "'a' 00 00 00"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(101L, WireException::value)
        .returns(100L, WireException::limit);
  }

  @Test
  void a_parameter_that_would_read_as_another_cannot_be_made() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("user", "a\0options"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("us\0er", "a"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("", "a"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("a", "\ud800"));
  }

  @Test
  void its_text_shows_names_and_no_values() {
    assertThat(decode(PSQL).toString()).contains("user").doesNotContain("alice");
  }
}
