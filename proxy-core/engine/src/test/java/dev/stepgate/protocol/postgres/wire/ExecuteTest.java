package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class ExecuteTest {

  @Test
  void all_rows() {
    Golden.frontend("'E' 0000000a 'p' 00 00000000", new Execute(WireText.of("p"), 0));
  }

  @Test
  void a_hundred_rows_of_the_unnamed_portal() {
    Golden.frontend("'E' 00000009 00 00000064", new Execute(WireText.EMPTY, 100));
  }

  @Test
  void a_negative_limit_as_the_server_takes_it() {
    Golden.frontend("'E' 00000009 00 ffffffff", new Execute(WireText.EMPTY, -1));
  }

  @Test
  void without_its_limit_is_refused() {
    assertThat(Golden.frontendRefusal("'E' 00000007 00 0000"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2L, WireException::value)
        .returns(4L, WireException::limit);
  }
}
