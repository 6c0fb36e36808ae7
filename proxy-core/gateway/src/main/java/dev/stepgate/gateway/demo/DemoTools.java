package dev.stepgate.gateway.demo;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What the demo's step runs. */
final class DemoTools {

  private DemoTools() {}

  /** The machine's psql, if it has one. */
  static Optional<Path> psql() {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory, "psql");
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * The command line of {@link DemoClient} without its statements, from copies of its jars that any
   * user may read.
   */
  static List<String> client(DemoPlace place) throws IOException {
    Path directory = place.directory("client", "rwxr-xr-x");
    String driver = copy(driver(), directory);
    String own = copy(DemoClient.class, directory);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return List.of(
        java.toString(),
        "-XX:-UsePerfData",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        own + ":" + driver,
        DemoClient.class.getName());
  }

  // Asked of JDBC rather than named: the class refers to annotations that nothing here needs.
  private static Class<?> driver() throws IOException {
    try {
      return DriverManager.getDriver("jdbc:postgresql:").getClass();
    } catch (SQLException e) {
      throw new IOException("there is no JDBC driver for PostgreSQL", e);
    }
  }

  private static String copy(Class<?> type, Path directory) throws IOException {
    try {
      Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path copy = Files.copy(jar, directory.resolve(jar.getFileName().toString()));
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
      return copy.toString();
    } catch (URISyntaxException e) {
      throw new IOException("the jar of " + type + " has no path", e);
    }
  }

  /**
   * A script that prints all that its user can read of processes and of the demo's files. What it
   * may not read costs it an error line elsewhere.
   */
  static String look(Path directory) {
    return """
        env
        for process in /proc/[0-9]*; do
          tr '\\0' '\\n' < "$process/environ"
          tr '\\0' '\\n' < "$process/cmdline"
        done
        find '%s' -type f -size -2048k ! -path '*/server/*' ! -path '*/postgresql/*' \\
          ! -path '*/fetched/*' ! -path '*/client/*' ! -name '*.log' -exec cat {} +
        exit 0
        """
        .formatted(directory);
  }
}
