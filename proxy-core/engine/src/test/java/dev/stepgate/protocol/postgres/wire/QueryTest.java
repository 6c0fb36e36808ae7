package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import org.junit.jupiter.api.Test;

class QueryTest {

  @Test
  void is_its_string() {
    Golden.frontend("'Q' 0000000d 'select 1' 00", new Query(WireText.of("select 1")));
  }

  @Test
  void may_be_empty() {
    Golden.frontend("'Q' 00000005 00", new Query(WireText.EMPTY));
  }

  @Test
  void keeps_bytes_that_are_not_utf_8() {
    Query query =
        (Query)
            Golden.decodeFrontend(Golden.buffer("'Q' 00000008 'é' 00".replace("'é'", "e9 e9 e9")));

    assertThat(query.sql().bytes()).containsExactly(0xe9, 0xe9, 0xe9);
    assertThat(query.sql().utf8()).isNull();
  }

  @Test
  void without_a_terminator_is_refused() {
    assertThat(Golden.frontendRefusal("'Q' 00000007 'abc'"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void with_bytes_behind_its_string_is_refused() {
    assertThat(Golden.frontendRefusal("'Q' 00000008 'a' 00 'b' 00"))
        .returns(Fault.TRAILING, WireException::fault)
        .returns(2L, WireException::value)
        .returns(0L, WireException::limit);
  }

  @Test
  void longer_than_its_limit_is_refused_before_its_body_is_there() {
    assertThat(Golden.frontendRefusal("'Q' 01000005"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(16777217L, WireException::value)
        .returns(16777216L, WireException::limit);
  }
}
