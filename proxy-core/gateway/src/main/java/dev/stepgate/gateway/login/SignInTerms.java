package dev.stepgate.gateway.login;

import dev.stepgate.config.PeopleConfig;
import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.Preset;
import dev.stepgate.identity.SignIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where and how people sign in, as the gateway tells a command line.
 *
 * @param issuer the provider's URL
 * @param clientId whom its tokens are made for
 * @param scopes what it is asked for
 * @param way {@code device} or {@code browser}; empty for what it offers
 * @param otherHosts hosts beside its own to which its discovery document may point
 * @param ca the certificates (PEM) to trust for it; empty for the JDK's own
 * @param skew how far clocks may be apart
 * @param lifetime how long its tokens may be good for
 */
public record SignInTerms(
    String issuer,
    String clientId,
    List<String> scopes,
    Optional<String> way,
    Set<String> otherHosts,
    Optional<String> ca,
    Duration skew,
    Duration lifetime) {

  /** Copies the collections. */
  public SignInTerms {
    scopes = List.copyOf(scopes);
    otherHosts = Set.copyOf(otherHosts);
  }

  /**
   * Those of a configuration, if people sign in anywhere.
   *
   * @throws IOException naming a file of certificates that cannot be read
   */
  public static Optional<SignInTerms> of(PeopleConfig people) throws IOException {
    if (people.signIn().isEmpty()) {
      return Optional.empty();
    }
    SignIn signIn = people.signIn().get();
    StringBuilder pem = new StringBuilder();
    for (Path file : signIn.issuer().authorities()) {
      pem.append(Files.readString(file)).append('\n');
    }
    return Optional.of(
        new SignInTerms(
            signIn.issuer().url(),
            signIn.clientId(),
            signIn.scopes(),
            signIn.way().map(SignIn.Way::word),
            signIn.issuer().otherHosts(),
            Optional.of(pem.toString()).filter(text -> !text.isBlank()),
            signIn.issuer().skew(),
            signIn.issuer().maxLifetime()));
  }

  /**
   * The provider as what its tokens are held against.
   *
   * @throws IllegalArgumentException if these terms are none
   */
  Issuer provider() {
    return new Issuer(
        "sign-in",
        issuer,
        Preset.generic(Map.of(), List.of("sub"), List.of("subject")),
        List.of(clientId),
        skew,
        lifetime,
        Issuer.DEFAULT_KEYS_GOOD_FOR,
        List.of(),
        otherHosts);
  }
}
