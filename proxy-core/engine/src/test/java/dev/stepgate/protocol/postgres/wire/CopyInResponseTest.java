package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class CopyInResponseTest {

  @Test
  void in_text() {
    Golden.backend(
        "'G' 0000000b 00 0002 0000 0000",
        new CopyInResponse(new CopyFormat(false, Formats.of(0, 0))));
  }

  @Test
  void in_binary_without_columns() {
    Golden.backend("'G' 00000007 01 0000", new CopyInResponse(new CopyFormat(true, Formats.NONE)));
  }

  @Test
  void in_an_undefined_format_is_refused() {
    assertThat(Golden.backendRefusal("'G' 00000007 02 0000"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(2L, WireException::value);
  }

  @Test
  void with_more_columns_than_bytes_is_refused() {
    assertThat(Golden.backendRefusal("'G' 00000009 00 0002 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }
}
