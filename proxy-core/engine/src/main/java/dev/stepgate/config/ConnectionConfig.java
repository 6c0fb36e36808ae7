package dev.stepgate.config;

import dev.stepgate.credential.SecretSource;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One target.
 *
 * @param name as steps ask for it, {@code orders-db}
 * @param protocol {@code postgresql}
 * @param host the server's name or address, as its certificate is checked against
 * @param port 1 to 65535
 * @param database the database that the step's clients find
 * @param databases all databases that they may ask for, {@code database} included
 * @param user the name to log in with
 * @param password where its password comes from; empty where no method in {@code auth} needs one
 * @param auth how the server may ask the gateway to authenticate; any other request is refused
 * @param tls how the gateway speaks to the server
 */
public record ConnectionConfig(
    String name,
    String protocol,
    String host,
    int port,
    String database,
    List<String> databases,
    String user,
    Optional<SecretSource> password,
    Set<Auth> auth,
    UpstreamTls tls) {

  /** Copies the collections. */
  public ConnectionConfig {
    databases = List.copyOf(databases);
    auth = Collections.unmodifiableSet(EnumSet.copyOf(auth));
  }

  /** A way in which a server asks for authentication. */
  public enum Auth {
    /** SCRAM-SHA-256, with channel binding where the server offers it. */
    SCRAM,
    /** MD5 over a salt. */
    MD5,
    /** The password as it is. */
    CLEARTEXT,
    /** Nothing asked, because of the client certificate. */
    CERTIFICATE,
    /** Nothing asked. */
    TRUST;

    /** Whether this way needs a password. */
    public boolean needsPassword() {
      return this == SCRAM || this == MD5 || this == CLEARTEXT;
    }
  }

  /**
   * TLS towards the server.
   *
   * @param verify how much is verified
   * @param ca PEM file of the authorities to trust; the JDK's own where it is empty
   * @param cert PEM file of the gateway's client certificate chain
   * @param key PEM file of that certificate's private key; present exactly if {@code cert} is
   */
  public record UpstreamTls(
      Verify verify, Optional<Path> ca, Optional<Path> cert, Optional<Path> key) {

    /** How much of the server's certificate is verified. */
    public enum Verify {
      /** The chain and the name. */
      FULL,
      /** The chain. */
      CA,
      /** Nothing: TLS with whoever answers. */
      NONE,
      /** No TLS at all. */
      OFF
    }
  }
}
