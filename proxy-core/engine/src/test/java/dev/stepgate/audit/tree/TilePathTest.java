package dev.stepgate.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TilePathTest {

  @Test
  void paths_are_those_of_the_specification() {
    assertThat(TilePath.tile(0, 0, 256)).isEqualTo("tile/0/000");
    assertThat(TilePath.tile(1, 1_234_067, 256)).isEqualTo("tile/1/x001/x234/067");
    assertThat(TilePath.tile(2, 1000, 17)).isEqualTo("tile/2/x001/000.p/17");
    assertThat(TilePath.entries(273, 112)).isEqualTo("tile/entries/273.p/112");
  }

  @Test
  void a_tree_of_seventy_thousand_leaves_has_the_tiles_of_the_specifications_example() {
    assertThat(TilePath.full(0, 70_000)).isEqualTo(273);
    assertThat(TilePath.width(0, 70_000)).isEqualTo(112);
    assertThat(TilePath.full(1, 70_000)).isEqualTo(1);
    assertThat(TilePath.width(1, 70_000)).isEqualTo(17);
    assertThat(TilePath.full(2, 70_000)).isZero();
    assertThat(TilePath.width(2, 70_000)).isEqualTo(1);
    assertThat(TilePath.width(0, 256)).isZero();
    assertThat(TilePath.width(1, 256)).isEqualTo(1);
  }

  @Test
  void an_entry_bundle_has_lengths_of_sixteen_bits() {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    EntryBundle.append(bundle, new byte[] {7});
    EntryBundle.append(bundle, new byte[300]);
    byte[] bytes = bundle.toByteArray();
    assertThat(bytes).startsWith(0, 1, 7, 1, 44).hasSize(305);
    assertThat(EntryBundle.split(bytes, 2)).hasSize(2);
    for (int count : List.of(1, 3)) {
      assertThatThrownBy(() -> EntryBundle.split(bytes, count))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> EntryBundle.append(bundle, new byte[0x10000]))
        .hasMessageContaining("65535")
        .hasMessageContaining("65536");
  }
}
