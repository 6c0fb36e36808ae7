package dev.stepgate.gateway.cli;

import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.evidence.RegularFile;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A verifier key that a person gives: a file that holds it, or the key itself. */
final class KeyOption {

  private KeyOption() {}

  static VerifierKey parse(String given) throws Failure {
    try {
      Path file = Path.of(given);
      return VerifierKey.parse(Files.exists(file) ? firstLine(file) : given);
    } catch (MalformedException | IllegalArgumentException e) {
      throw new Failure(
          ExitCode.USAGE,
          "--key: neither a verifier key nor a file with one: " + PlainText.escape(e.getMessage()));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.USAGE, "--key: cannot be read: " + PlainText.escape(e.getMessage()));
    }
  }

  private static String firstLine(Path file) throws IOException {
    RegularFile.require(file);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(VerifierKey.MAX_CHARACTERS + 2);
      return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
    }
  }
}
