package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhoTest {

  private static final Who WHO =
      new Who(
          "token",
          new TreeMap<>(Map.of("ref", "", "actor", "al\"ice\n")),
          List.of("ref"),
          new TreeMap<>(Map.of("CI", "true")));

  @Test
  void what_an_opening_frame_carries_is_read_as_it_was() {
    assertThat(Who.parse(WHO.fields())).contains(WHO);
  }

  @Test
  void the_headers_members_are_json_in_ascii() {
    assertThat(WHO.json())
        .isEqualTo(
            ",\"proof\":\"token\",\"verified\":{\"actor\":\"al\\\"ice\\u000a\",\"ref\":\"\"},"
                + "\"shaped\":[\"ref\"],\"claimed\":{\"CI\":\"true\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "ptoken", "x\0", "pa\0va\0", "pa\0\0pb\0", "va\0b\0"})
  void anything_else_is_nobody(String text) {
    assertThat(Who.parse(text)).isEmpty();
  }

  @Test
  void any_text_is_nobody_or_somebody_whose_fields_are_read_again() {
    Random random = new Random(20_261_124);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("ptoken\0");
      for (int j = random.nextInt(20); j > 0; j--) {
        text.append("pvsc\0\0ab".charAt(random.nextInt(8)));
      }
      Who.parse(text.toString())
          .ifPresent(who -> assertThat(Who.parse(who.fields())).contains(who));
    }
  }
}
