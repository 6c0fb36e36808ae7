package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class CloseTest {

  @Test
  void a_statement() {
    Golden.frontend("'C' 00000008 'S' 's1' 00", new Close(Target.STATEMENT, WireText.of("s1")));
  }

  @Test
  void the_unnamed_portal() {
    Golden.frontend("'C' 00000006 'P' 00", new Close(Target.PORTAL, WireText.EMPTY));
  }

  @Test
  void anything_else_is_refused() {
    assertThat(Golden.frontendRefusal("'C' 00000006 'X' 00"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(88L, WireException::value);
  }

  @Test
  void longer_than_the_servers_limit_is_refused() {
    assertThat(Golden.frontendRefusal("'C' 00002715"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(10001L, WireException::value)
        .returns(10000L, WireException::limit);
  }
}
