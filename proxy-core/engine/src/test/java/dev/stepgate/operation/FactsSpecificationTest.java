package dev.stepgate.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The specification names every effect in its group, and every reason. */
class FactsSpecificationTest {

  private static final Path SPECIFICATION = Path.of("../../docs/specs/facts.md");

  @Test
  void every_effect_stands_in_its_group() throws Exception {
    for (Effect.Group group : Effect.Group.values()) {
      List<String> effects =
          Arrays.stream(Effect.values())
              .filter(effect -> effect.group() == group)
              .map(Effect::word)
              .toList();

      assertThat(words(row(group.word()))).isEqualTo(effects);
    }
  }

  @Test
  void every_reason_is_explained() throws Exception {
    for (Facts.Gap.Reason reason : Facts.Gap.Reason.values()) {
      assertThat(row(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))).isNotEmpty();
    }
  }

  private static String row(String word) throws Exception {
    return Files.readAllLines(SPECIFICATION).stream()
        .filter(line -> line.startsWith("| `" + word + "` |"))
        .map(line -> line.substring(line.indexOf('|', 1)))
        .findFirst()
        .orElse("");
  }

  private static List<String> words(String row) {
    return Pattern.compile("`([a-z-]+)`")
        .matcher(row)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
