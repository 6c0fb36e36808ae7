package dev.stepgate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A PostgreSQL server's binaries: Debian's own, or those that a jar from Maven Central holds. */
enum PostgresVersion {
  /** Debian's; comes with psql, pgbench, pg_dump and all. */
  V15,
  /** A server alone, without clients. */
  V17,
  /** A server alone, without clients; speaks protocol 3.2. */
  V18;

  private static final Map<PostgresVersion, Path> UNPACKED = new EnumMap<>(PostgresVersion.class);

  /** Its major number. */
  int major() {
    return Integer.parseInt(name().substring(1));
  }

  /** One of its programs. */
  String program(String name) {
    return bin().resolve(name).toString();
  }

  private Path bin() {
    if (this == V15) {
      return Path.of("/usr/lib/postgresql/15/bin");
    }
    synchronized (UNPACKED) {
      return UNPACKED.computeIfAbsent(this, PostgresVersion::unpack).resolve("bin");
    }
  }

  private static Path unpack(PostgresVersion version) {
    Path jar = Machine.target().resolve("servers/postgres-" + version.major() + ".jar");
    Path directory = Machine.directory("postgres-" + version.major());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Machine.remove(directory)));
    Path archive = directory.resolve("binaries.txz");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry =
          zip.stream().filter(e -> e.getName().endsWith(".txz")).findFirst().orElseThrow();
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(jar.toString(), e);
    }
    Program.of("tar", "-xJf", archive.toString(), "-C", directory.toString()).run().ok();
    return directory;
  }
}
