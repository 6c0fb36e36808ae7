package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class ValuesTest {

  @Test
  void more_than_a_count_can_tell_of_cannot_be_made() {
    assertThat(Values.of(new byte[65_535][]).count()).isEqualTo(65_535);
    assertThatIllegalArgumentException().isThrownBy(() -> Values.of(new byte[65_536][]));
  }

  @Test
  void decoded_ones_are_views_and_hold_no_reference() {
    ByteBuf in = Golden.buffer("'D' 0000000c 0001 00000002 '42'");
    DataRow row = (DataRow) Golden.decodeBackend(in);

    assertThat(row.columns().slice(0).unwrap()).isNotNull();
    assertThat(in.refCnt()).isEqualTo(1);
  }
}
