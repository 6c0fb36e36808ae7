package dev.stepgate;

import dev.stepgate.identity.DocumentException;
import dev.stepgate.identity.Documents;
import dev.stepgate.identity.IdentityVerifier;
import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.OidcVerifier;
import dev.stepgate.identity.ReplayFile;
import dev.stepgate.identity.ReplayStore;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.DialTlsContext;
import dev.stepgate.transport.HttpCalls;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Makes the verifier of job tokens: the issuers, what fetches their keys, what remembers tokens.
 */
public final class Issuers {

  private static final String PROTOCOL = "http/1.1";

  private Issuers() {}

  /**
   * A verifier that fetches over {@code transport}, which is closed after it.
   *
   * @param presented the file in which presented tokens are remembered; made if it is not there
   * @throws IOException naming the file (a certificate's, {@code presented}) that cannot be used
   */
  public static IdentityVerifier verifier(
      List<Issuer> issuers, Transport transport, Path presented, InstantSource clock)
      throws IOException {
    if (issuers.isEmpty()) {
      return new NoIssuers();
    }
    ReplayFile replays = ReplayFile.open(presented, clock.instant());
    try {
      return verifier(issuers, transport, replays, clock);
    } catch (IOException e) {
      replays.close();
      throw e;
    } catch (IllegalArgumentException e) {
      replays.close();
      throw e;
    }
  }

  /** A verifier that only looks: it remembers no token, and so lets none in. */
  static IdentityVerifier looker(List<Issuer> issuers, Transport transport, InstantSource clock)
      throws IOException {
    return issuers.isEmpty()
        ? new NoIssuers()
        : verifier(issuers, transport, new Forgetful(), clock);
  }

  private static IdentityVerifier verifier(
      List<Issuer> issuers, Transport transport, ReplayStore replays, InstantSource clock)
      throws IOException {
    Map<Issuer, Documents> documents = new HashMap<>();
    for (Issuer issuer : issuers) {
      documents.put(issuer, documents(issuer, transport));
    }
    return new OidcVerifier(issuers, documents::get, replays, clock);
  }

  /** Remembers nothing, and says so to whoever would rely on it. */
  private static final class Forgetful implements ReplayStore {

    @Override
    public Answer present(
        String token, String job, String presenter, Instant forgetAfter, Instant now)
        throws IOException {
      throw new IOException("tokens are only looked at here");
    }

    @Override
    public boolean heldByOther(String token, String job, String presenter, Instant now) {
      return false; // whoever reads the configuration may look at any
    }

    @Override
    public void close() {
      // Nothing is kept.
    }
  }

  static Documents documents(Issuer issuer, Transport transport) throws IOException {
    DialTls settings =
        new DialTls(DialTls.Verify.FULL, issuer.authorities(), null, null, null, true);
    HttpCalls http = new HttpCalls(transport, DialTlsContext.read(settings, PROTOCOL));
    return (url, within, maxBytes) ->
        http.get(url, within, maxBytes)
            .exceptionally(
                failure -> {
                  throw new CompletionException(new DocumentException(said(failure)));
                });
  }

  private static String said(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return String.valueOf(cause.getMessage());
  }
}
