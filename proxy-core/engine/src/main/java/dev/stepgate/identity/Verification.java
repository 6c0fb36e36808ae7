package dev.stepgate.identity;

import dev.stepgate.session.Identity;
import java.time.Instant;
import java.util.Locale;

/** What the gateway makes of a token: an identity or a refusal. Never an exception. */
public sealed interface Verification {

  /**
   * A signed identity.
   *
   * @param identity who the job is
   * @param job the job's own name among all that this gateway may see: issuer, run, attempt and
   *     whatever else the preset holds to tell one job from another
   * @param token what tells this token from every other of its issuer: its {@code jti}, or a hash
   *     where tokens have none; not a secret
   * @param expires the token's {@code exp}; a session may outlive it, a new one may not begin
   * @param forgetAfter when the token cannot be presented again in any case: {@code exp} and the
   *     clock skew that its issuer is granted
   */
  record Verified(Identity identity, String job, String token, Instant expires, Instant forgetAfter)
      implements Verification {}

  /**
   * The token is not believed.
   *
   * @param code why
   * @param sentence why, for a person: names values and limits, holds no piece of the token's
   *     signature, is one line without control characters
   */
  record Refused(Code code, String sentence) implements Verification {}

  /** The sorts of refusal. {@link #word} is what recordings and scripts see. */
  enum Code {
    /** Not three parts of base64url, not JSON, a member twice, a claim of the wrong type. */
    MALFORMED,
    /** Longer than a limit: the token, its header, its claims. */
    TOO_LARGE,
    /** {@code alg} is not on the issuer's list, or is not what the key is for. */
    ALGORITHM,
    /** A header that may not be there: a key, a URL, {@code crit}, encryption, a nested token. */
    HEADER,
    /** {@code typ} says that this is another sort of token. */
    TYPE,
    /** {@code iss} is not, character for character, a configured issuer. */
    ISSUER,
    /** The issuer has no key of that name. */
    UNKNOWN_KEY,
    /** The issuer's key may not be used: too short, too long, for encryption, of another type. */
    UNFIT_KEY,
    /** The signature is not the key's. */
    SIGNATURE,
    /** Not meant for this gateway, or not for it alone. */
    AUDIENCE,
    /** Past {@code exp}. */
    EXPIRED,
    /** Before {@code nbf}, or issued in the future. */
    NOT_YET,
    /** Good for longer than the issuer's tokens may be. */
    LIFETIME,
    /** A claim that this issuer's tokens always hold is missing. */
    MISSING_CLAIM,
    /** Another job, or somebody else, has presented this token before. */
    REPLAYED,
    /** More tokens are remembered than there is room for. */
    REPLAY_STORE_FULL,
    /** What was remembered cannot be read or written. */
    REPLAY_STORE_FAILED,
    /** No keys of the issuer that are fresh enough, and none to be had. */
    ISSUER_UNAVAILABLE,
    /** The gateway does too many other verifications. */
    BUSY;

    /** Lower case with dashes: {@code unknown-key}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
