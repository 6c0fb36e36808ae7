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
  private final List<ConfigProblem> found = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  void add(int line, String key, String message) {
    if (found.size() < MAX) {
      found.add(new ConfigProblem(file, line, key, message));
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  ConfigException exception() {
    found.sort(Comparator.comparingInt(ConfigProblem::line));
    return new ConfigException(found);
  }
}
