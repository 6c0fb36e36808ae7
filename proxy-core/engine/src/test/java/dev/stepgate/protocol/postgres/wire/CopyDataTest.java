package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class CopyDataTest {

  @Test
  void from_the_client() {
    Golden.frontend("'d' 00000008 '1 2.'", new CopyData(Golden.buffer("'1 2.'")));
  }

  @Test
  void from_the_server() {
    Golden.backend("'d' 00000007 'x' 00 ff", new CopyData(Golden.buffer("'x' 00 ff")));
  }

  @Test
  void of_no_bytes() {
    Golden.frontend("'d' 00000004", new CopyData(Golden.buffer("")));
  }

  @Test
  void longer_than_a_server_would_take_is_refused() {
    assertThat(Golden.frontendRefusal("'d' 40000003"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(1073741823L, WireException::value)
        .returns(1073741822L, WireException::limit);
  }
}
