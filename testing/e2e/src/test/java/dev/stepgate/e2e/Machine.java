package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** What the tests find around them. */
final class Machine {

  private static final SecureRandom RANDOM = new SecureRandom();

  private Machine() {}

  /** Whether this process may become other users. */
  static boolean root() {
    return "root".equals(user());
  }

  /** The user that runs this. */
  static String user() {
    return System.getProperty("user.name");
  }

  /** Those who ask for sessions in these tests: this process's user and, as root, a step's. */
  static String users() {
    return root() ? "root, stepgate-step" : user();
  }

  /** The repository's root directory. */
  static Path repository() {
    return Path.of(System.getProperty("stepgate.e2e.root"));
  }

  /** The gateway's jar, with its libraries in {@code lib} beside it. */
  static Path gatewayJar() {
    return Path.of(System.getProperty("stepgate.e2e.jar"));
  }

  /** Where these tests' build puts what it makes. */
  static Path target() {
    return Path.of(System.getProperty("stepgate.e2e.target"));
  }

  /** The java that runs this. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A secret that no other test has: letters and digits, and two that need URL encoding. */
  static String secret() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return "S3/" + HexFormat.of().formatHex(bytes) + "+Kq";
  }

  /** A new directory that others may enter, so that a server of another user can live below it. */
  static Path directory(String name) {
    try {
      Path directory = Files.createTempDirectory("stepgate-e2e-" + name + "-");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a directory and all below it. */
  static void remove(Path directory) {
    Program.of("rm", "-rf", "--", directory.toString()).run().ok();
  }
}
