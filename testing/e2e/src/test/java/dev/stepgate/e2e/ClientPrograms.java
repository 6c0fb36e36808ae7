package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The programs in {@code testing/e2e/clients}, each for one of the drivers that people use. Made
 * ready once: drivers come from their registries at the versions that the directory pins.
 */
final class ClientPrograms {

  private static final Duration DOWNLOAD = Duration.ofMinutes(5);
  private static final Path SOURCES = Machine.repository().resolve("testing/e2e/clients");
  private static final Path READY = Machine.target().resolve("clients");

  private ClientPrograms() {}

  /** psycopg 3 with its own libpq. */
  static synchronized List<String> psycopg() {
    Path environment = READY.resolve("psycopg");
    String python = environment.resolve("bin/python").toString();
    if (!Files.exists(environment.resolve("ready"))) {
      prepare(environment, "python3", "-m", "venv", "--clear", environment.toString());
      String wanted = SOURCES.resolve("psycopg/requirements.txt").toString();
      prepare(
          environment, python, "-m", "pip", "install", "-q", "--only-binary=:all:", "-r", wanted);
      touch(environment.resolve("ready"));
    }
    return List.of(python, SOURCES.resolve("psycopg/check.py").toString());
  }

  /** node-postgres. */
  static synchronized List<String> nodePostgres() {
    Path directory = READY.resolve("node-postgres");
    copy("node-postgres", directory);
    if (!Files.exists(directory.resolve("node_modules/pg"))) {
      prepare(directory, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }
    return List.of("node", "--no-deprecation", directory.resolve("check.js").toString());
  }

  /** An OpenID provider. */
  static synchronized List<String> oidcProvider() {
    Path directory = READY.resolve("oidc-provider");
    copy("oidc-provider", directory);
    if (!Files.exists(directory.resolve("node_modules/oidc-provider"))) {
      prepare(directory, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
    }
    return List.of("node", "--no-deprecation", directory.resolve("server.js").toString());
  }

  /** pgx, where there is a Go. */
  static List<String> pgx() {
    return go("pgx");
  }

  /** Tessera's fsck, where there is a Go. */
  static List<String> tlogCheck() {
    return go("tlog");
  }

  private static synchronized List<String> go(String name) {
    Path directory = READY.resolve(name);
    copy(name, directory);
    prepare(directory, "go", "build", "-o", "check", ".");
    return List.of(directory.resolve("check").toString());
  }

  /** Whether the machine has a Go; the only language that may be missing. */
  static boolean hasGo() {
    return Program.of("sh", "-c", "command -v go").run().exit() == 0;
  }

  private static void copy(String name, Path directory) {
    create(directory);
    Program.of("cp", "-rT", SOURCES.resolve(name).toString(), directory.toString()).run().ok();
  }

  private static void prepare(Path directory, String... command) {
    create(directory);
    Program.inheriting(command).in(directory).within(DOWNLOAD).run().ok();
  }

  private static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void touch(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
