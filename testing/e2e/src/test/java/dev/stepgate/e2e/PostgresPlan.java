package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a server shall be like, before it starts. */
final class PostgresPlan {

  private final PostgresVersion version;
  private final List<String> admissions = new ArrayList<>();
  private final List<String> settings = new ArrayList<>();
  private boolean tls;

  PostgresPlan(PostgresVersion version) {
    this.version = version;
  }

  /** A line of {@code pg_hba.conf}, before the one that asks everybody for SCRAM. */
  PostgresPlan admitting(String line) {
    admissions.add(line);
    return this;
  }

  /** A line of {@code postgresql.conf}. */
  PostgresPlan with(String setting) {
    settings.add(setting);
    return this;
  }

  /** With a certificate of a new authority; clients may use TLS, {@code hostssl} may ask it. */
  PostgresPlan withTls() {
    tls = true;
    return this;
  }

  PostgresServer start() {
    Path directory = Machine.directory("server");
    give(directory);
    Program.as(PostgresServer.USER, "mkdir", "-m", "700", directory + "/socket").run().ok();
    String initdb = version.program("initdb");
    Program.as(
            PostgresServer.USER,
            initdb,
            "-N",
            "-A",
            "trust",
            "-U",
            PostgresServer.USER,
            "--no-locale",
            "-E",
            "UTF8")
        .with("PGDATA", directory + "/data")
        .in(directory)
        .run()
        .ok();
    TestCertificates certificates = tls ? certificates(directory) : null;
    int port = freePort();
    write(directory.resolve("data/postgresql.conf"), configuration(directory, port));
    write(directory.resolve("data/pg_hba.conf"), hba());
    PostgresServer server = new PostgresServer(version, directory, port, certificates);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> orphan(directory)));
    server.restart();
    return server;
  }

  private TestCertificates certificates(Path directory) {
    TestCertificates certificates = TestCertificates.create(Machine.directory("tls"));
    Path key = directory.resolve("data/server.key");
    Program.of("cp", certificates.serverKey().toString(), key.toString()).run().ok();
    Program.of("chmod", "600", key.toString()).run().ok();
    give(key);
    settings.add("ssl = on");
    settings.add("ssl_cert_file = '" + certificates.serverCertificate() + "'");
    settings.add("ssl_key_file = '" + key + "'");
    settings.add("ssl_ca_file = '" + certificates.authority() + "'");
    return certificates;
  }

  private String configuration(Path directory, int port) {
    return "listen_addresses = '127.0.0.1'\nport = "
        + port
        + "\nunix_socket_directories = '"
        + directory
        + "/socket'\nfsync = off\nshared_buffers = 64MB\nmax_wal_size = 2GB\n"
        + "log_timezone = UTC\ntimezone = UTC\nlog_line_prefix = '%m %u '\n"
        + String.join("\n", settings)
        + "\n";
  }

  private String hba() {
    return "local all postgres trust\n"
        + String.join("\n", admissions)
        + "\nhost all all 127.0.0.1/32 scram-sha-256\n";
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the server's user the owner of {@code file}. */
  private static void give(Path file) {
    if (Machine.root()) {
      Program.of("chown", PostgresServer.USER, file.toString()).run().ok();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void orphan(Path directory) {
    Path file = directory.resolve("data/postmaster.pid");
    if (Files.exists(file)) {
      try {
        String pid = Files.readAllLines(file).get(0).strip();
        Program.of("kill", "-QUIT", pid).run();
      } catch (IOException e) {
        System.out.println("[WARNING] cannot stop the server in " + directory + ": " + e);
      }
    }
  }
}
