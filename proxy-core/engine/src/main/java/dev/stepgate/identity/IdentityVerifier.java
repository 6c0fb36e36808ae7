package dev.stepgate.identity;

import java.time.Duration;

/** Says who a token's bearer is. Thread-safe. */
public interface IdentityVerifier extends AutoCloseable {

  /** What {@link #verify} takes at most, whatever issuers and disks do. */
  Duration DEADLINE = Duration.ofSeconds(15);

  /**
   * Verifies and remembers: from now on the token is good for its own job and this presenter alone.
   * May fetch the issuer's keys, so it must not be called on an event loop; answers within {@link
   * #DEADLINE}.
   *
   * @param token the compact serialisation, as the job handed it over
   * @param presenter who presents it, by what the gateway itself knows and the job cannot choose
   *     (the peer's credentials, a runner's own job number); never the job's word
   */
  Verification verify(String token, String presenter);

  /**
   * The same, but nothing is remembered and nothing may be opened on the strength of it: for {@code
   * whoami}.
   */
  Verification look(String token);

  /** Ends what the verifier keeps open. */
  @Override
  void close();
}
