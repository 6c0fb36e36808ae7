package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class ParameterDescriptionTest {

  @Test
  void with_types() {
    Golden.backend("'t' 0000000e 0002 00000017 00000019", new ParameterDescription(23, 25));
  }

  @Test
  void without_types() {
    Golden.backend("'t' 00000006 0000", new ParameterDescription());
  }

  @Test
  void with_more_types_than_bytes_is_refused() {
    assertThat(Golden.backendRefusal("'t' 0000000a 0002 00000017"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void of_more_types_than_its_count_can_tell_cannot_be_written() {
    ParameterDescription message = new ParameterDescription(new int[65_536]);

    assertThatIllegalArgumentException().isThrownBy(() -> Golden.encoded(message));
  }
}
