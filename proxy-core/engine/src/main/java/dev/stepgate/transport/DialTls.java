package dev.stepgate.transport;

import java.nio.file.Path;
import java.util.List;

/**
 * How a dialled connection is protected.
 *
 * @param verify what is demanded of the server
 * @param authorities files with the certificates (PEM) that are trusted; empty for the JDK's own
 * @param certificate this side's certificate chain (PEM), or null
 * @param key the private key (PEM, PKCS#8, unencrypted) of {@code certificate}, or null
 * @param serverName the name that is sent (SNI) and that the certificate must bear, or null for the
 *     address dialled
 * @param direct whether TLS begins with the first byte instead of after a request of the protocol
 */
public record DialTls(
    Verify verify,
    List<Path> authorities,
    Path certificate,
    Path key,
    String serverName,
    boolean direct) {

  /** TLS, the server's certificate trusted by the JDK's authorities and bearing its name. */
  public static final DialTls FULL = new DialTls(Verify.FULL, List.of(), null, null, null, false);

  /** No TLS. */
  public static final DialTls OFF = new DialTls(Verify.OFF, List.of(), null, null, null, false);

  /** What is demanded of the server. */
  public enum Verify {
    /** TLS, a certificate that an authority signed and that bears the server's name. */
    FULL,
    /** TLS, a certificate that an authority signed, for whatever name. */
    CA,
    /** TLS with whoever answers. */
    NONE,
    /** No TLS. */
    OFF
  }

  /** Copies the list. Certificate and key come together or not at all. */
  public DialTls {
    authorities = List.copyOf(authorities);
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("a client certificate and its key come together");
    }
  }

  /** Whether TLS is spoken at all. */
  public boolean on() {
    return verify != Verify.OFF;
  }
}
