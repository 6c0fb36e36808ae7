package dev.stepgate.evidence;

import dev.stepgate.audit.note.VerifierKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Verifies a bundle or a state directory, offline: {@code docs/specs/bundle.md}, "Verifying". Reads
 * only; a gateway may be writing to the directory. Stateless.
 */
public final class Verifier {

  private Verifier() {}

  /**
   * Verifies. What cannot be read is a finding like any other.
   *
   * @param target a bundle's file, or a gateway's state directory
   * @param key the key that must have signed; without it the best verdict is {@link
   *     Verdict#SELF_CONSISTENT_ONLY}
   * @param claims heads of the log from elsewhere, which it must contain ({@link Claim#read})
   */
  public static Report verify(Path target, Optional<VerifierKey> key, List<Claim> claims) {
    return Files.isDirectory(target)
        ? new StateVerifier(target, key, claims).verify()
        : new BundleVerifier(target, key, claims).verify();
  }
}
