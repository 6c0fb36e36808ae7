package dev.stepgate.protocol.postgres;

/** The ways in which a server may ask the gateway to prove itself, from strong to none. */
public enum UpstreamAuth {
  /** SCRAM-SHA-256, bound to the TLS channel where the server offers it (-PLUS). */
  SCRAM_SHA_256("scram-sha-256"),
  /** The client certificate of the TLS handshake, and nothing else. */
  CERTIFICATE("cert"),
  /** The password's salted MD5. */
  MD5("md5"),
  /** The password itself. */
  PASSWORD("password"),
  /** Nothing. */
  TRUST("trust");

  private final String word;

  UpstreamAuth(String word) {
    this.word = word;
  }

  /** The word that configurations and recordings use. */
  public String word() {
    return word;
  }
}
