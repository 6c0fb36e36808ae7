package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowDescriptionTest {

  @Test
  void with_two_columns() {
    Golden.backend(
        "'T' 0000002f 0002 'id' 00 00004001 0001 00000017 0004 ffffffff 0000 'x' 00 00000000 fff9 00000019 ffff 00000008 0001",
        new RowDescription(
            List.of(
                new RowDescription.Column(
                    WireText.of("id"), 16385, (short) 1, 23, (short) 4, -1, false),
                new RowDescription.Column(
                    WireText.of("x"), 0, (short) -7, 25, (short) -1, 8, true))));
  }

  @Test
  void without_columns() {
    Golden.backend("'T' 00000006 0000", new RowDescription(List.of()));
  }

  @Test
  void with_more_columns_than_bytes_is_refused() {
    assertThat(
            Golden.backendRefusal(
                "'T' 0000002b 0002 00000000000000000000000000000000000000000000000000000000000000000000000000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void with_the_largest_count_and_no_columns_is_refused() {
    assertThat(Golden.backendRefusal("'T' 00000006 ffff"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(65535L, WireException::value)
        .returns(0L, WireException::limit);
  }

  @Test
  void with_an_undefined_format_is_refused() {
    assertThat(
            Golden.backendRefusal("'T' 00000019 0001 00 00000000 0000 00000000 0000 00000000 0002"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(2L, WireException::value);
  }
}
