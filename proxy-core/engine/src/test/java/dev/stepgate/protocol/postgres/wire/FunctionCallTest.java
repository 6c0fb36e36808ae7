package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class FunctionCallTest {

  @Test
  void with_two_arguments() {
    Golden.frontend(
        "'F' 0000001c 0000002a 0001 0001 0002 00000004 00000007 ffffffff 0001",
        new FunctionCall(42, Formats.of(1), Values.of(new byte[] {0, 0, 0, 7}, null), true));
  }

  @Test
  void without_arguments() {
    Golden.frontend(
        "'F' 0000000e ffffffff 0000 0000 0000",
        new FunctionCall(-1, Formats.NONE, Values.NONE, false));
  }

  @Test
  void with_formats_for_another_number_of_arguments_is_refused() {
    assertThat(Golden.frontendRefusal("'F' 00000016 0000002a 0002 0000 0000 0001 ffffffff 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void with_an_undefined_result_format_is_refused() {
    assertThat(Golden.frontendRefusal("'F' 0000000e 0000002a 0000 0000 0002"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(2L, WireException::value);
  }
}
