package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.ServeConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.KeptSignIn;
import dev.stepgate.gateway.login.SignInFile;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.gateway.login.SigningIn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The gateway that a person asks, and what proves the person there. */
final class PersonOptions {

  /** A token that is good for less than this is renewed first. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private PersonOptions() {}

  /** The socket to ask: the one that is named, else the configuration's, else the machine's. */
  static Path socket(Path option, ConfigOption config) throws Failure, ConfigException {
    Optional<Path> given = SocketPlace.named(option);
    return given.isEmpty() && config.named().isPresent()
        ? config.load().serve().socket()
        : given.orElse(ServeConfig.DEFAULT_SOCKET);
  }

  /** A connection to the gateway there. */
  static ControlDoor connect(Path socket) throws Failure {
    try {
      return ControlDoor.connect(socket, Optional.empty());
    } catch (IOException e) {
      throw new Failure(
          ExitCode.UNAVAILABLE, "no gateway answers on " + PlainText.escape(socket.toString()));
    }
  }

  /** The number of the user that the gateway runs as, by the kernel's word. */
  static int gatewayUid(ControlDoor door) throws Failure {
    try {
      return door.gatewayUser().map(OsUser::uid).orElse(-1);
    } catch (IOException e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway went away");
    }
  }

  /**
   * The person's token: the one that is named, else that of the kept sign-in at the gateway there,
   * renewed if need be; nothing if nobody signed in there, so that the user counts.
   *
   * @param door connected to {@code socket}; whoever answers there must be who answered at sign-in
   */
  static Optional<String> token(
      TokenOptions named, Path socket, ControlDoor door, Map<String, String> environment)
      throws Failure {
    Optional<String> given = named.person(environment);
    if (given.isPresent()) {
      return given;
    }
    Optional<KeptSignIn> kept = SignInFile.kept(socket, environment);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    if (kept.get().gatewayUid() != gatewayUid(door)) {
      throw new Failure(
          ExitCode.REFUSED,
          "another user's gateway answers on "
              + PlainText.escape(socket.toString())
              + " than when you signed in; it is not shown your token (stepgate login)");
    }
    return Optional.of(fresh(kept.get(), socket, environment).token());
  }

  private static KeptSignIn fresh(KeptSignIn kept, Path socket, Map<String, String> environment)
      throws Failure {
    if (!soonOver(kept)) {
      return kept;
    }
    if (kept.refresh().isEmpty()) {
      if (kept.expires().isAfter(Instant.now())) {
        return kept;
      }
      throw SigningIn.expired(kept);
    }
    SignInFile file = SignInFile.of(socket, environment);
    return file.alone(
        () -> {
          KeptSignIn now = file.read().orElse(kept); // another command may have renewed it
          if (!soonOver(now)) {
            return now;
          }
          SignInTerms terms;
          try (ControlDoor asking = connect(socket)) {
            terms = asking.signIn();
          }
          try (SigningIn at = SigningIn.at(terms)) {
            KeptSignIn renewed = at.renewed(now);
            file.write(renewed);
            return renewed;
          }
        });
  }

  private static boolean soonOver(KeptSignIn kept) {
    return !kept.expires().isAfter(Instant.now().plus(SOON));
  }
}
