package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The {@code sh} blocks of the documentation. */
final class ShellBlocks {

  private static final String FENCE = "```";
  private static final String MARK = "<!-- not run by the tests: ";

  private ShellBlocks() {}

  /**
   * One block.
   *
   * @param file the page, relative to the repository
   * @param line where it begins, from 1
   * @param script its lines
   * @param reason why no test runs it, from the comment right above it; empty if one does
   */
  record Block(String file, int line, String script, String reason) {

    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  /** All blocks of README.md, docs and testing, page by page in order. */
  static List<Block> all() {
    Path root = Machine.repository();
    List<Block> blocks = new ArrayList<>();
    for (String place : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "testing")) {
      try (Stream<Path> files = Files.walk(root.resolve(place))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains("/target/"))
            .filter(file -> !file.toString().contains("/node_modules/"))
            .sorted()
            .forEach(file -> blocks.addAll(of(root, file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return blocks;
  }

  private static List<Block> of(Path root, Path file) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
    for (int n = 0; n < lines.size(); n++) {
      if (lines.get(n).equals(FENCE + "sh")) {
        String above = n == 0 ? "" : lines.get(n - 1);
        String reason =
            above.startsWith(MARK)
                ? above.substring(MARK.length(), above.length() - " -->".length())
                : "";
        List<String> script = new ArrayList<>();
        int begin = n + 1;
        for (n++; !lines.get(n).equals(FENCE); n++) {
          script.add(lines.get(n));
        }
        String name = root.relativize(file).toString();
        blocks.add(new Block(name, begin, String.join("\n", script), reason));
      }
    }
    return blocks;
  }
}
