package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class ParseTest {

  @Test
  void with_types() {
    Golden.frontend(
        "'P' 0000001b 's1' 00 'select $1' 00 0002 00000017 00000000",
        new Parse(WireText.of("s1"), WireText.of("select $1"), 23, 0));
  }

  @Test
  void unnamed_without_types() {
    Golden.frontend(
        "'P' 0000000d 00 'begin' 00 0000", new Parse(WireText.EMPTY, WireText.of("begin")));
  }

  @Test
  void with_more_types_than_bytes_is_refused() {
    assertThat(Golden.frontendRefusal("'P' 0000000c 00 00 0002 00000017"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void with_the_largest_count_and_no_types_is_refused() {
    assertThat(Golden.frontendRefusal("'P' 00000008 00 00 ffff"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(65535L, WireException::value)
        .returns(0L, WireException::limit);
  }

  @Test
  void with_fewer_types_than_bytes_is_refused() {
    assertThat(Golden.frontendRefusal("'P' 0000000c 00 00 0000 00000017"))
        .returns(Fault.TRAILING, WireException::fault)
        .returns(4L, WireException::value)
        .returns(0L, WireException::limit);
  }
}
