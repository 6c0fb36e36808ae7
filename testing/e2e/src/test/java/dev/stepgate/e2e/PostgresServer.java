package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real PostgreSQL server for one test class: a data directory of its own, on a loopback port of
 * its own, run by the user {@code postgres} where this process is root. Its superuser gets in over
 * a Unix socket in a directory that only it can enter.
 */
final class PostgresServer implements AutoCloseable {

  /** The system user that runs servers where tests run as root, and the superuser's name. */
  static final String USER = "postgres";

  private final PostgresVersion version;
  private final Path directory;
  private final int port;
  private final TestCertificates certificates;

  PostgresServer(PostgresVersion version, Path directory, int port, TestCertificates certificates) {
    this.version = version;
    this.directory = directory;
    this.port = port;
    this.certificates = certificates;
  }

  /** Debian's server, SCRAM for everybody. */
  static PostgresServer start() {
    return new PostgresPlan(PostgresVersion.V15).start();
  }

  static PostgresPlan of(PostgresVersion version) {
    return new PostgresPlan(version);
  }

  int port() {
    return port;
  }

  PostgresVersion version() {
    return version;
  }

  /** The authority that signed the server's certificate. */
  TestCertificates certificates() {
    return certificates;
  }

  /** {@code host:port/database} as the configuration writes it. */
  String address(String database) {
    return "127.0.0.1:" + port + "/" + database;
  }

  /** What the superuser gets for {@code sql} in {@code database}: unaligned rows, no header. */
  String sql(String database, String sql) {
    return Program.as(
            USER, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-U", USER, "-c", sql)
        .with("PGHOST", directory.resolve("socket").toString())
        .with("PGPORT", Integer.toString(port))
        .run()
        .ok()
        .out()
        .strip();
  }

  /** All that it has written to its log so far. */
  String log() {
    return Program.of("cat", directory.resolve("log").toString()).run().ok().out();
  }

  /** Makes a database with an owner that logs in with {@code password}. */
  void database(String name, String owner, String password) {
    role(owner, "LOGIN PASSWORD '" + password + "'");
    sql(USER, "CREATE DATABASE " + name + " OWNER " + owner);
  }

  /** Makes a role. */
  void role(String name, String attributes) {
    sql(USER, "CREATE ROLE " + name + " " + attributes);
  }

  /** The postmaster's process id. */
  long pid() {
    try {
      return Long.parseLong(
          Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server at once; sessions are cut. */
  void stop() {
    control("-m", "immediate", "-w", "stop");
  }

  /** Starts it again after {@link #stop}. */
  void restart() {
    control("-w", "-t", "30", "-l", directory.resolve("log").toString(), "start");
  }

  @Override
  public void close() {
    if (Files.exists(directory.resolve("data/postmaster.pid"))) {
      stop();
    }
    Machine.remove(directory);
    if (certificates != null) {
      certificates.remove();
    }
  }

  private void control(String... words) {
    List<String> command =
        new ArrayList<>(List.of(version.program("pg_ctl"), "-s", "-D", directory + "/data"));
    command.addAll(List.of(words));
    Ran ran = Program.as(USER, command.toArray(String[]::new)).in(directory).run();
    if (ran.exit() != 0) {
      throw new AssertionError(ran + "\n" + Program.of("tail", directory + "/log").run().out());
    }
  }
}
