package dev.stepgate.gateway.demo;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.DroppedPrivileges;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of the demo's own: a fresh cluster on a loopback port, scram for everybody.
 */
final class DemoServer {

  static final String DATABASE = "orders";
  static final String USER = "ci_migrator";

  private static final String OWNER = "owner";
  private static final long START_SECONDS = 60;
  private static final long STOP_SECONDS = 10;
  private static final List<String> DATA =
      List.of(
          "create role " + USER + " login password '%s'",
          "create database " + DATABASE + " owner " + USER);
  private static final List<String> ROWS =
      List.of(
          "create table orders (id int primary key, item text, price numeric(8,2))",
          "insert into orders values (1, 'bolts', 12.50), (2, 'nuts', 7.25), (3, 'washers', 3.10)",
          "analyze orders",
          "alter table orders owner to " + USER);

  private final DemoPlace place;
  private final PostgresBinaries binaries;
  private final Optional<DroppedPrivileges> user;
  private final Path data;
  private final int port;

  private DemoServer(
      DemoPlace place, PostgresBinaries binaries, Optional<DroppedPrivileges> user, Path data)
      throws IOException {
    this.place = place;
    this.binaries = binaries;
    this.user = user;
    this.data = data;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /**
   * Makes a cluster and starts it.
   *
   * @param user under which it runs, if not this process's own: a server refuses root
   * @param password of {@value #USER}, the one that the step must never see
   * @param ownersPassword of the cluster's owner
   */
  static DemoServer start(
      DemoPlace place,
      PostgresBinaries binaries,
      Optional<DroppedPrivileges> user,
      String password,
      String ownersPassword)
      throws IOException, Failure {
    Path home = place.directory("server", "rwx------");
    Path secret = place.file("server/owner", ownersPassword + "\n", "rw-------");
    if (user.isPresent()) {
      DemoPlace.give(secret, user.get().user());
      DemoPlace.give(home, user.get().user());
    }
    DemoServer server = new DemoServer(place, binaries, user, home.resolve("data"));
    server.initialize(secret);
    server.run(home);
    server.fill(password, ownersPassword);
    return server;
  }

  /** Its address, as a configuration names it. */
  String address() {
    return "127.0.0.1:" + port + "/" + DATABASE;
  }

  private void initialize(Path secret) throws IOException, Failure {
    Child made =
        Child.run(
            place,
            as(
                List.of(
                    binaries.directory().resolve("initdb").toString(),
                    "-D",
                    data.toString(),
                    "-U",
                    OWNER,
                    "--pwfile=" + secret,
                    "-A",
                    "scram-sha-256",
                    "-E",
                    "UTF8",
                    "--no-locale",
                    "--no-sync")),
            Map.of(),
            Path.of("/"),
            Optional.empty());
    Files.delete(secret);
    if (made.code() != 0) {
      throw new Failure(ExitCode.GATEWAY, "initdb failed:\n" + made.out());
    }
  }

  private void run(Path home) throws IOException {
    List<String> command =
        as(
            List.of(
                binaries.directory().resolve("postgres").toString(),
                "-D",
                data.toString(),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-k",
                home.toString(),
                "-c",
                "fsync=off"));
    place.start(
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(place.path("server.log").toFile()),
        DemoServer::stop);
  }

  private List<String> as(List<String> command) {
    return user.map(dropped -> dropped.command(command)).orElse(command);
  }

  // By the number of the process that was started here and of nobody else's.
  private static void stop(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  private void fill(String password, String ownersPassword) throws Failure, IOException {
    try (Connection owner = connected("postgres", ownersPassword);
        Statement statement = owner.createStatement()) {
      for (String sql : DATA) {
        statement.execute(String.format(sql, password));
      }
    } catch (SQLException e) {
      throw new Failure(ExitCode.GATEWAY, "the database could not be made: " + e.getMessage());
    }
    try (Connection owner = connected(DATABASE, ownersPassword);
        Statement statement = owner.createStatement()) {
      for (String sql : ROWS) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new Failure(ExitCode.GATEWAY, "the table could not be filled: " + e.getMessage());
    }
  }

  private Connection connected(String database, String password) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", OWNER);
    properties.put("password", password);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try {
        return DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
      } catch (SQLException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() throws SQLException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while the server starts", e);
    }
  }
}
