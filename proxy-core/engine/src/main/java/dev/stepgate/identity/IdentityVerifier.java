package dev.stepgate.identity;

import java.time.Duration;
import java.util.Optional;

/**
 * Says who a token's bearer is. Thread-safe. To open something: {@link #verify}, then ask whether
 * that identity may, then {@link #claim}, then open. To look only ({@code whoami}): {@link
 * #verify}.
 */
public interface IdentityVerifier extends AutoCloseable {

  /** What {@link #verify} takes at most, whatever issuers do. */
  Duration DEADLINE = Duration.ofSeconds(10);

  /**
   * What the gateway makes of a token. May fetch the issuer's keys, so it must not be called on an
   * event loop; answers within {@link #DEADLINE}. Remembers nothing.
   *
   * @param token the compact serialisation, as the job handed it over
   */
  Verification verify(String token);

  /**
   * Makes a token its job's and this presenter's own: presented again for another job or by
   * somebody else it is refused, across a restart too, until it has expired. To be called once the
   * identity is known to be let in, so that strangers cannot fill the store, and before anything is
   * opened. May wait for the disk.
   *
   * @param presenter who presents it, by what the gateway itself knows and the job cannot choose
   *     (the peer's credentials, a runner's own job number); never the job's word
   * @return the refusal, if it may not
   */
  Optional<Verification.Refused> claim(Verification.Verified verified, String presenter);

  /**
   * Whether a token is somebody else's already: presented for another job or by another presenter,
   * as {@link #claim} would find. Remembers nothing.
   *
   * @return the refusal, if it is
   */
  Optional<Verification.Refused> held(Verification.Verified verified, String presenter);

  /** Ends what the verifier keeps open. */
  @Override
  void close();
}
