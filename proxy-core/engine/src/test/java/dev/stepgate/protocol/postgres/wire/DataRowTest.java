package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class DataRowTest {

  @Test
  void with_text_empty_and_null() {
    Golden.backend(
        "'D' 00000014 0003 00000002 '42' 00000000 ffffffff",
        new DataRow(Values.of(new byte[] {'4', '2'}, new byte[0], null)));
  }

  @Test
  void without_columns() {
    Golden.backend("'D' 00000006 0000", new DataRow(Values.NONE));
  }

  @Test
  void with_more_columns_than_bytes_is_refused() {
    assertThat(Golden.backendRefusal("'D' 0000000a 0002 ffffffff"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void with_a_column_longer_than_the_message_is_refused() {
    assertThat(Golden.backendRefusal("'D' 0000000c 0001 00000003 '42'"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(3L, WireException::value)
        .returns(2L, WireException::limit);
  }

  @Test
  void with_a_negative_length_other_than_null_is_refused() {
    assertThat(Golden.backendRefusal("'D' 0000000a 0001 80000000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(-2147483648L, WireException::value)
        .returns(0L, WireException::limit);
  }
}
