package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class BindTest {

  @Test
  void with_a_text_and_a_null() {
    Golden.frontend(
        "'B' 0000001e 'p' 00 's' 00 0002 0000 0001 0002 00000002 'ab' ffffffff 0001 0001",
        new Bind(
            WireText.of("p"),
            WireText.of("s"),
            Formats.of(0, 1),
            Values.of(new byte[] {'a', 'b'}, null),
            Formats.of(1)));
  }

  @Test
  void with_nothing() {
    Golden.frontend(
        "'B' 0000000c 00 00 0000 0000 0000",
        new Bind(WireText.EMPTY, WireText.EMPTY, Formats.NONE, Values.NONE, Formats.NONE));
  }

  @Test
  void with_an_empty_value() {
    Golden.frontend(
        "'B' 00000010 00 00 0000 0001 00000000 0000",
        new Bind(
            WireText.EMPTY, WireText.EMPTY, Formats.NONE, Values.of(new byte[0]), Formats.NONE));
  }

  @Test
  void with_one_format_for_all() {
    Golden.frontend(
        "'B' 00000018 00 00 0001 0001 0002 00000001 'a' 00000001 'b' 0000",
        new Bind(
            WireText.EMPTY,
            WireText.EMPTY,
            Formats.of(1),
            Values.of(new byte[] {'a'}, new byte[] {'b'}),
            Formats.NONE));
  }

  @Test
  void its_values_are_found() {
    Bind bind =
        (Bind)
            Golden.decodeFrontend(
                Golden.buffer(
                    "'B' 0000001e 'p' 00 's' 00 0002 0000 0001 0002 00000002 'ab' ffffffff 0001 0001"));

    assertThat(bind.parameters().count()).isEqualTo(2);
    assertThat(bind.parameters().bytes(0)).containsExactly('a', 'b');
    assertThat(bind.parameters().isNull(0)).isFalse();
    assertThat(bind.parameters().isNull(1)).isTrue();
    assertThat(bind.parameters().slice(1)).isNull();
    assertThat(bind.parameterFormats().binary(0)).isFalse();
    assertThat(bind.parameterFormats().binary(1)).isTrue();
    assertThat(bind.resultFormats().binary(7)).isTrue();
  }

  @Test
  void with_formats_for_another_number_of_parameters_is_refused() {
    assertThat(Golden.frontendRefusal("'B' 00000014 00 00 0002 0000 0001 0001 ffffffff 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void with_an_undefined_format_is_refused() {
    assertThat(Golden.frontendRefusal("'B' 00000012 00 00 0001 0002 0001 ffffffff 0000"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(2L, WireException::value);
  }

  @Test
  void with_a_negative_length_other_than_null_is_refused() {
    assertThat(Golden.frontendRefusal("'B' 00000010 00 00 0000 0001 fffffffe 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(-2L, WireException::value)
        .returns(0L, WireException::limit);
  }

  @Test
  void with_a_value_longer_than_the_message_is_refused() {
    assertThat(Golden.frontendRefusal("'B' 00000010 00 00 0000 0001 00000003 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(3L, WireException::value)
        .returns(2L, WireException::limit);
  }

  @Test
  void with_a_value_of_two_gigabytes_is_refused() {
    assertThat(Golden.frontendRefusal("'B' 00000010 00 00 0000 0001 7fffffff 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2147483647L, WireException::value)
        .returns(2L, WireException::limit);
  }

  @Test
  void with_more_parameters_than_bytes_is_refused() {
    assertThat(Golden.frontendRefusal("'B' 00000010 00 00 0000 ffff ffffffff 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(65535L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void longer_than_its_limit_is_refused_before_its_body_is_there() {
    assertThat(Golden.frontendRefusal("'B' 04000005"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(67108865L, WireException::value)
        .returns(67108864L, WireException::limit);
  }
}
