package dev.stepgate.protocol.postgres;

import java.io.IOException;

/** Where the password for the server comes from. */
@FunctionalInterface
public interface Credential {

  /** No password at all: the server is expected to ask for none. */
  Credential NONE = () -> new byte[0];

  /**
   * The password's bytes, UTF-8; the caller owns the array. Called for each login at the server,
   * never on an event loop; may block for as long as a login may take.
   *
   * @throws IOException with a sentence that names the source and holds no secret
   */
  byte[] read() throws IOException;

  /**
   * The server refused the password that was read last, so whoever keeps one reads it anew. Called
   * on an event loop; does not block.
   */
  default void refused() {}
}
