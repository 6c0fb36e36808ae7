package dev.stepgate.config;

import java.nio.file.Path;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file the configuration file
 * @param line from 1; 0 where no line is to blame
 * @param key the key's path, {@code connections.orders-db.password.file}; empty for the whole file
 * @param message what is wrong and what would be right
 */
public record ConfigProblem(Path file, int line, String key, String message) {

  /** {@code stepgate.yml:12: connections.orders-db.user: is missing}. */
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
