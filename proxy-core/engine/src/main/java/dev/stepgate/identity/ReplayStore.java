package dev.stepgate.identity;

import java.io.IOException;
import java.time.Instant;

/**
 * Remembers who presented which token, until the token has expired. The embedded one is {@link
 * ReplayFile}; gateways of one deployment can share another. Thread-safe; must answer the second of
 * two simultaneous questions with regard to the first.
 */
public interface ReplayStore extends AutoCloseable {

  /** What is known of a token. */
  enum Answer {
    /** It was never presented before; it is remembered now. */
    FIRST,
    /** It was presented before, by the same. */
    SAME,
    /** It was presented before, by another. */
    OTHER,
    /** It was never presented before, and there is no room to remember it. */
    FULL
  }

  /**
   * Asks and remembers in one.
   *
   * @param token what tells it from every other: issuer and token
   * @param job whose token it is; bounds what one job can have remembered
   * @param presenter who presents it
   * @param forgetAfter when it can be forgotten
   * @param now the time
   * @throws IOException if what is remembered cannot be read or written; the token is then refused
   */
  Answer present(String token, String job, String presenter, Instant forgetAfter, Instant now)
      throws IOException;

  /**
   * Whether somebody else has presented it, for that job or another; remembers nothing.
   *
   * @throws IOException if what is remembered cannot be read
   */
  boolean heldByOther(String token, String job, String presenter, Instant now) throws IOException;

  @Override
  void close() throws IOException;
}
