package dev.stepgate.protocol.postgres.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.operation.Facts.Use;
import dev.stepgate.operation.Facts.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Statements written so that somebody may read them as something else: one file a case, a head that
 * says what PostgreSQL would do, and after {@code ---} the text byte by byte.
 */
class EvasionsTest {

  private static final Path CASES = Path.of("src/test/resources/evasions");
  private static final Statements STATEMENTS = new Statements(1);

  private record Case(List<String> head, String latin) {

    static Case read(Path file) throws IOException {
      String all = Files.readString(file, ISO_8859_1);
      int end = all.indexOf("\n---\n");
      String head = new String(all.substring(0, end).getBytes(ISO_8859_1), UTF_8);
      return new Case(head.lines().toList(), all.substring(end + 5));
    }

    List<String> values(String key) {
      return head.stream()
          .filter(line -> line.startsWith(key + ": "))
          .map(line -> line.substring(key.length() + 2))
          .toList();
    }

    Lexing lexing() {
      List<String> encoding = values("encoding");
      return new Lexing(
          values("strings").isEmpty(),
          encoding.isEmpty()
              ? Lexing.Encoding.UTF8
              : Lexing.Encoding.valueOf(encoding.get(0).toUpperCase(Locale.ROOT)));
    }
  }

  @AfterAll
  static void close() {
    STATEMENTS.close();
  }

  @Test
  void there_are_many() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      assertThat(files.count()).isGreaterThan(150);
    }
  }

  @TestFactory
  List<DynamicTest> each_is_read_as_the_server_would_do_it() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .sorted()
          .map(
              file ->
                  DynamicTest.dynamicTest(
                      file.getFileName().toString(), () -> check(Case.read(file))))
          .toList();
    }
  }

  private static void check(Case test) throws Exception {
    assertThat(test.values("why")).hasSize(1);
    // The second time it comes from the cache, and has to be the same.
    Facts first = facts(test);
    Facts facts = facts(test);

    assertThat(facts).isEqualTo(first);
    Set<String> effects = new TreeSet<>();
    List<String> uses = new ArrayList<>();
    Set<String> gaps = new TreeSet<>();
    for (Facts.Statement statement : facts.statements()) {
      statement.effects().stream().map(Effect::word).forEach(effects::add);
      statement.uses().stream().map(EvasionsTest::words).forEach(uses::add);
      statement.gaps().stream()
          .filter(gap -> !gap.later())
          .map(Gap::reason)
          .forEach(reason -> gaps.add(reason.name().toLowerCase(Locale.ROOT)));
    }
    if (!gaps.contains("syntax") && !gaps.contains("encoding")) {
      assertThat(String.join(" ", effects))
          .isEqualTo(
              Stream.of(test.values("effects").get(0).split(" "))
                  .sorted()
                  .collect(Collectors.joining(" ")));
    }
    assertThat(uses).containsAll(test.values("use"));
    assertThat(gaps).isEqualTo(new TreeSet<>(test.values("gap")));
  }

  private static String words(Use use) {
    String where =
        use.where() == Where.NOT_APPLICABLE
            ? ""
            : " " + use.where().name().toLowerCase(Locale.ROOT);
    return (use.effect().word() + " " + use.kind() + " " + String.join(".", use.name())).strip()
        + where
        + (use.later() ? " later" : "");
  }

  private static Facts facts(Case test) throws Exception {
    Shape shape = new Shape();
    byte[] text = test.latin().getBytes(ISO_8859_1);
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    Facts known = STATEMENTS.known(shape, text.length, test.lexing());
    return known != null
        ? known
        : STATEMENTS.read(shape, text.length, test.lexing()).get(60, TimeUnit.SECONDS);
  }
}
