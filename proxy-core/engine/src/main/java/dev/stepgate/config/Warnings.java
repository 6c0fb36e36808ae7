package dev.stepgate.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what can be used and had better not be so. */
final class Warnings {

  private final Path file;
  private final List<ConfigProblem> found = new ArrayList<>();

  Warnings(Path file) {
    this.file = file;
  }

  void add(int line, String key, String message) {
    if (found.size() < Problems.MAX) {
      found.add(new ConfigProblem(file, line, key, message));
    }
  }

  List<ConfigProblem> all() {
    return List.copyOf(found);
  }
}
