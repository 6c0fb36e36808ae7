package dev.stepgate;

import dev.stepgate.identity.IdentityVerifier;
import dev.stepgate.identity.Verification;
import java.util.Optional;

/** The verifier of a gateway whose configuration names no issuer: it believes no token. */
final class NoIssuers implements IdentityVerifier {

  private static final Verification.Refused NONE =
      new Verification.Refused(
          Verification.Code.ISSUER, "this gateway's configuration names no issuer of tokens");

  @Override
  public Verification verify(String token) {
    return NONE;
  }

  @Override
  public Optional<Verification.Refused> claim(Verification.Verified verified, String presenter) {
    return Optional.of(NONE);
  }

  @Override
  public Optional<Verification.Refused> held(Verification.Verified verified, String presenter) {
    return Optional.of(NONE);
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
