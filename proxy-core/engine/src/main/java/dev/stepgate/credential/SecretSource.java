package dev.stepgate.credential;

/**
 * Where an upstream secret comes from. {@link #read} is called for each upstream login, so that a
 * rotated secret is used at the next one; it may block on a file or a process and is never called
 * on an event loop. Thread-safe.
 */
public sealed interface SecretSource permits FileSource, EnvironmentSource, CommandSource {

  /**
   * The secret, to be closed by the caller.
   *
   * @throws CredentialException if it cannot be had
   */
  Secret read() throws CredentialException;

  /**
   * Tells the source that the target refused the secret, so that a kept one is not used again.
   * Never blocks.
   */
  default void refused() {}

  /** {@code file /run/secrets/orders-db}: for people, without the secret. */
  String describe();
}
