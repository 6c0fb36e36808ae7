package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class ReadyForQueryTest {

  @Test
  void idle() {
    Golden.backend("'Z' 00000005 'I'", new ReadyForQuery(ReadyForQuery.Status.IDLE));
  }

  @Test
  void in_a_transaction() {
    Golden.backend("'Z' 00000005 'T'", new ReadyForQuery(ReadyForQuery.Status.IN_TRANSACTION));
  }

  @Test
  void in_a_failed_transaction() {
    Golden.backend("'Z' 00000005 'E'", new ReadyForQuery(ReadyForQuery.Status.FAILED));
  }

  @Test
  void in_an_undefined_state_is_refused() {
    assertThat(Golden.backendRefusal("'Z' 00000005 'X'"))
        .returns(Fault.VALUE, WireException::fault)
        .returns(88L, WireException::value);
  }
}
