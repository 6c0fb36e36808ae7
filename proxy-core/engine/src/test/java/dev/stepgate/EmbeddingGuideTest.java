package dev.stepgate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps the guide's example the one that is compiled. */
class EmbeddingGuideTest {

  @Test
  void the_guide_shows_the_code_that_is_compiled() throws IOException {
    String code = Files.readString(Path.of("src/test/java/dev/stepgate/EmbeddingExample.java"));
    String example =
        code.substring(
            code.indexOf("  // begin\n") + "  // begin\n".length(), code.indexOf("  // end"));

    String guide = Files.readString(Path.of("../../docs/guides/embedding.md"));

    assertThat(guide).contains("```java\n" + example + "```");
  }
}
