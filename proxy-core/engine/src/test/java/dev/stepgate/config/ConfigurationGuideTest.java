package dev.stepgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/guides/configuration.md} and the reader together. */
class ConfigurationGuideTest {

  /** A key's row: {@code | `limits.sessions` | …}. */
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_.<>\\[\\]]+)` \\|", Pattern.MULTILINE);

  @Test
  void the_guide_has_a_row_for_every_key_and_for_nothing_else() throws IOException {
    String guide = Files.readString(Path.of("../../docs/guides/configuration.md"));

    Set<String> documented = new TreeSet<>();
    Matcher rows = ROW.matcher(guide);
    while (rows.find()) {
      documented.add(rows.group(1));
    }

    Set<String> known = new TreeSet<>();
    ConfigKeys.SECTIONS.forEach((section, keys) -> keys.forEach(key -> known.add(section + key)));
    assertThat(documented).isEqualTo(known);
  }
}
