package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate authority made for one test, with openssl: a server certificate for {@code
 * localhost} and 127.0.0.1, and client certificates.
 */
final class TestCertificates {

  private final Path directory;

  private TestCertificates(Path directory) {
    this.directory = directory;
  }

  /** A new authority, and a server certificate of it. */
  static TestCertificates create(Path directory) {
    TestCertificates made = new TestCertificates(directory);
    made.authority("ca");
    made.issue("server", "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1");
    return made;
  }

  /** Another authority's certificate, which signed nothing here. */
  Path stranger() {
    authority("stranger");
    return directory.resolve("stranger.crt");
  }

  Path authority() {
    return directory.resolve("ca.crt");
  }

  Path serverCertificate() {
    return directory.resolve("server.crt");
  }

  Path serverKey() {
    return directory.resolve("server.key");
  }

  /** Makes a client certificate; its key lies beside it, ending in {@code .key}. */
  Path client(String commonName) {
    issue("client-" + commonName, commonName, "extendedKeyUsage=clientAuth");
    return directory.resolve("client-" + commonName + ".crt");
  }

  /** Removes all of it. */
  void remove() {
    Machine.remove(directory);
  }

  private void authority(String name) {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            + " -subj /CN=stepgate-test-"
            + name
            + " -addext basicConstraints=critical,CA:TRUE"
            + (" -keyout " + name + ".key -out " + name + ".crt"));
  }

  private void issue(String file, String commonName, String extension) {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN="
            + commonName
            + (" -keyout " + file + ".key -out " + file + ".csr"));
    try {
      Files.writeString(directory.resolve(file + ".ext"), extension + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(
        "x509 -req -days 2 -CA ca.crt -CAkey ca.key -CAcreateserial -in "
            + (file + ".csr -out " + file + ".crt -extfile " + file + ".ext"));
  }

  private void openssl(String words) {
    Program.of(("openssl " + words).split(" ", -1)).in(directory).run().ok();
  }
}
