package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeTextTest {

  @ParameterizedTest
  @CsvSource({
    "16, 01, true",
    "16, 00, false",
    "20, ffffffffffffffff, -1",
    "21, 8000, -32768",
    "23, 0000002a, 42",
    "26, ffffffff, 4294967295",
    "700, 3fc00000, 1.5",
    "701, 3ff8000000000000, 1.5",
    "1082, 00002573, 2026-04-01",
    "1082, 7fffffff, infinity",
    "1082, 80000000, -infinity",
    "1114, 0000000000000000, 2000-01-01T00:00",
    "1114, 7fffffffffffffff, infinity",
    "1184, 00000000000f4240, 2000-01-01T00:00:01Z",
    "2950, 00112233445566778899aabbccddeeff, 00112233-4455-6677-8899-aabbccddeeff",
    "25, c3a9, é"
  })
  void binary_values_of_common_types_have_a_text(int oid, String hex, String expected) {
    assertThat(TypeText.binary(oid, Golden.bytes(hex))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"16, 0001", "23, 00", "25, ff", "1700, 0001", "4711, 00000001", "20, 00000001"})
  void others_and_those_of_another_length_have_none(int oid, String hex) {
    assertThat(TypeText.binary(oid, Golden.bytes(hex))).isNull();
  }

  @Test
  void an_infinite_timestamp_with_time_zone_has_no_zone() {
    assertThat(TypeText.binary(1184, Golden.bytes("7fffffffffffffff"))).isEqualTo("infinity");
  }

  @Test
  void types_are_named() {
    assertThat(TypeText.name(23)).isEqualTo("int4");
    assertThat(TypeText.name(0)).isEqualTo("unspecified");
    assertThat(TypeText.name(-1)).isEqualTo("type 4294967295");
  }
}
