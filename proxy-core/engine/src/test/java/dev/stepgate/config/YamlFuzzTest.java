package dev.stepgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class YamlFuzzTest {

  private static final String SEED_TEXT =
      "name: a\nstate: \"b\\u0041\"\nconnections:\n  x: { y: [1, 'two', &a *a, !t v], ? k : |\n  z }\n";
  private static final int ROUNDS = 20_000;

  @Test
  void any_bytes_give_a_tree_or_a_problem_and_nothing_else() {
    Random random = new Random(20_261_124);
    int trees = 0;
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = SEED_TEXT.getBytes(StandardCharsets.UTF_8);
      for (int change = random.nextInt(6); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
      }
      Problems problems = new Problems(Path.of("f"));
      YamlNode tree = YamlReader.read(bytes, problems);
      assertThat(tree != null || !problems.none()).isTrue();
      trees += tree != null ? 1 : 0;
      refused += tree != null ? 0 : 1;
    }

    assertThat(refused).isPositive();
    assertThat(trees + refused).isEqualTo(ROUNDS);
  }

  @Test
  void deep_nesting_is_refused_without_following_it() {
    Problems problems = new Problems(Path.of("f"));

    YamlNode tree = YamlReader.read("[".repeat(200_000).getBytes(StandardCharsets.UTF_8), problems);

    assertThat(tree).isNull();
    assertThat(problems.exception()).hasMessageContaining("nested deeper than 8 levels");
  }
}
