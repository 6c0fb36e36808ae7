package dev.stepgate.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import dev.stepgate.identity.Verification.Refused;
import dev.stepgate.identity.Verification.Verified;
import dev.stepgate.session.Identity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Tokens of OIDC issuers. Owns no thread: it runs on its callers', fetches run on their own. */
public final class OidcVerifier implements IdentityVerifier {

  /** Verifications at a time; more are refused. */
  static final int MAX_AT_A_TIME = 384;

  /**
   * How many of them may wait for keys. Each issuer has its share and no more, so that those who
   * wait for one that hangs take no place of another's.
   */
  static final int MAX_WAITING = 256;

  /** What discovery document and keys together may take. */
  static final Duration FETCH_WITHIN = DEADLINE.minusSeconds(2);

  /** The longest presenter. */
  static final int MAX_PRESENTER_CHARS = 256;

  private static final String OTHERS =
      "the token was presented before, for another job or by another user";

  private final Map<String, Known> byUrl = new HashMap<>();
  private final ReplayStore replays;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(MAX_AT_A_TIME);

  private record Known(Issuer issuer, KeyCache keys) {}

  /**
   * A verifier of these issuers' tokens.
   *
   * @param issuers of different names and URLs
   * @param documents what fetches an issuer's documents
   * @param replays what remembers tokens; closed with this
   */
  public OidcVerifier(
      List<Issuer> issuers,
      Function<Issuer, Documents> documents,
      ReplayStore replays,
      InstantSource clock) {
    this(issuers, documents, replays, clock, FETCH_WITHIN);
  }

  OidcVerifier(
      List<Issuer> issuers,
      Function<Issuer, Documents> documents,
      ReplayStore replays,
      InstantSource clock,
      Duration fetchWithin) {
    this.replays = replays;
    this.clock = clock;
    Map<String, Issuer> byName = new HashMap<>();
    int share = Math.max(1, MAX_WAITING / Math.max(1, issuers.size()));
    for (Issuer issuer : issuers) {
      KeyCache keys = new KeyCache(issuer, documents.apply(issuer), clock, fetchWithin, share);
      if (byName.put(issuer.name(), issuer) != null
          || byUrl.put(issuer.url(), new Known(issuer, keys)) != null) {
        throw new IllegalArgumentException(
            "two issuers share a name or a URL: " + issuer.name() + ", " + issuer.url());
      }
    }
  }

  @Override
  public Verification verify(String token) {
    if (!places.tryAcquire()) {
      return new Refused(
          Code.BUSY, "the gateway verifies " + MAX_AT_A_TIME + " other tokens at the moment");
    }
    try {
      return verified(Token.parse(token));
    } catch (No no) {
      return no.refused();
    } finally {
      places.release();
    }
  }

  /** What costs nothing comes first, so that only plausible tokens make a fetch. */
  private Verified verified(Token token) throws No {
    ObjectNode claims = token.claims();
    Known known = byUrl.get(ClaimCheck.text(claims, "iss"));
    if (known == null) {
      throw new No(
          Code.ISSUER,
          "no issuer of the URL " + No.shown(claims.get("iss").textValue()) + " is configured");
    }
    Issuer issuer = known.issuer();
    if (!issuer.preset().algorithms().contains(token.algorithm())) {
      throw new No(
          Code.ALGORITHM,
          "the token's algorithm is "
              + token.algorithm()
              + ", which "
              + issuer.name()
              + " does not use");
    }
    ClaimCheck.audience(claims, issuer);
    Instant expires = ClaimCheck.times(claims, issuer, clock.instant());
    known.keys().holding(token.keyId()).check(token);
    // A fetch may have taken its time.
    ClaimCheck.times(claims, issuer, clock.instant());
    Identity identity = Vocabulary.identity(issuer, claims);
    String name =
        claims.hasNonNull("jti")
            ? "jti:" + ClaimCheck.text(claims, "jti")
            : "sha256:" + token.hash();
    return new Verified(
        identity, Vocabulary.job(issuer, identity), name, expires, expires.plus(issuer.skew()));
  }

  @Override
  public Optional<Refused> claim(Verified verified, String presenter) {
    if (presenter.isEmpty() || presenter.length() > MAX_PRESENTER_CHARS) {
      throw new IllegalArgumentException(
          "a presenter has 1 to " + MAX_PRESENTER_CHARS + " characters: " + presenter.length());
    }
    Instant now = clock.instant();
    if (!now.isBefore(verified.forgetAfter())) {
      return refused(Code.EXPIRED, "the token expired at " + verified.expires());
    }
    try {
      return switch (replays.present(
          verified.identity().issuer() + " " + verified.token(),
          verified.job(),
          presenter,
          verified.forgetAfter(),
          now)) {
        case FIRST, SAME -> Optional.empty();
        case OTHER -> refused(Code.REPLAYED, OTHERS);
        case FULL ->
            refused(
                Code.REPLAY_STORE_FULL,
                "too many tokens are remembered, of this job or of all; they are forgotten as they"
                    + " expire");
      };
    } catch (IOException e) {
      return refused(
          Code.REPLAY_STORE_FAILED, "what was presented before cannot be remembered: " + e);
    }
  }

  @Override
  public Optional<Refused> held(Verified verified, String presenter) {
    try {
      boolean other =
          replays.heldByOther(
              verified.identity().issuer() + " " + verified.token(),
              verified.job(),
              presenter,
              clock.instant());
      return other ? refused(Code.REPLAYED, OTHERS) : Optional.empty();
    } catch (IOException e) {
      return refused(
          Code.REPLAY_STORE_FAILED, "what was presented before cannot be looked up: " + e);
    }
  }

  private static Optional<Refused> refused(Code code, String sentence) {
    return Optional.of(new Refused(code, sentence));
  }

  @Override
  public void close() {
    try {
      replays.close();
    } catch (IOException e) {
      // Each entry was written when it was made; there is nothing left to lose.
    }
  }
}
