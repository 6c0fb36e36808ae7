package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class NegotiateProtocolVersionTest {

  @Test
  void without_options() {
    Golden.backend("'v' 0000000c 00030002 00000000", NegotiateProtocolVersion.minor(2, List.of()));
  }

  @Test
  void with_options() {
    Golden.backend(
        "'v' 0000001a 00030000 00000002 '_pq_.a' 00 '_pq_.b' 00",
        NegotiateProtocolVersion.minor(0, List.of("_pq_.a", "_pq_.b")));
  }

  @Test
  void with_a_negative_count_is_refused() {
    assertThat(Golden.backendRefusal("'v' 0000000c 00030000 ffffffff"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(-1L, WireException::value)
        .returns(0L, WireException::limit);
  }

  @Test
  void with_a_count_of_two_thousand_million_is_refused() {
    assertThat(Golden.backendRefusal("'v' 0000000d 00030000 7fffffff 00"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(2147483647L, WireException::value)
        .returns(1L, WireException::limit);
  }
}
