package dev.stepgate.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a file, so that one run tells all of it. */
final class Problems {

  /** Most problems that one run tells. */
  static final int MAX = 100;

  private final Path file;
  private final Path main;
  private final List<ConfigProblem> found;

  Problems(Path file) {
    this(file, file, new ArrayList<>());
  }

  private Problems(Path file, Path main, List<ConfigProblem> found) {
    this.file = file;
    this.main = main;
    this.found = found;
  }

  /** The same, told of a file that this one includes. */
  Problems in(Path included) {
    return new Problems(included, main, found);
  }

  Path file() {
    return file;
  }

  void add(int line, String key, String message) {
    ConfigProblem problem = new ConfigProblem(file, line, key, message);
    // A file that several connections include is read for each of them.
    if (found.size() < MAX && !found.contains(problem)) {
      found.add(problem);
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  ConfigException exception() {
    found.sort(
        Comparator.comparing((ConfigProblem problem) -> !problem.file().equals(main))
            .thenComparing(ConfigProblem::file)
            .thenComparingInt(ConfigProblem::line));
    return new ConfigException(found);
  }
}
