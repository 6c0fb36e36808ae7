package dev.stepgate.identity;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Fetches an issuer's documents. */
@FunctionalInterface
public interface Documents {

  /**
   * Fetches one document by GET. Follows no redirect, sends no credential, and trusts what the
   * issuer's configuration says.
   *
   * @param url of an issuer's own origin
   * @param within the whole time that it may take, name lookup and TLS included
   * @param maxBytes the longest body; a longer one is a failure
   * @return the body of a 200; fails with {@link DocumentException} in every other case, within
   *     {@code within}
   */
  CompletionStage<byte[]> get(URI url, Duration within, int maxBytes);
}
