package dev.stepgate.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what can be used and had better not be so. */
final class Warnings {

  private final Path file;
  private final List<ConfigProblem> found;

  Warnings(Path file) {
    this(file, new ArrayList<>());
  }

  private Warnings(Path file, List<ConfigProblem> found) {
    this.file = file;
    this.found = found;
  }

  /** The same, told of that file. */
  Warnings at(Path other) {
    return new Warnings(other, found);
  }

  void add(int line, String key, String message) {
    ConfigProblem warning = new ConfigProblem(file, line, key, message);
    if (found.size() < Problems.MAX && !found.contains(warning)) {
      found.add(warning);
    }
  }

  List<ConfigProblem> all() {
    return List.copyOf(found);
  }
}
