package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.login.KeptSignIn;
import dev.stepgate.gateway.login.SignInFile;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.gateway.login.SigningIn;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stepgate logout}. */
@Command(
    name = "logout",
    description = {
      "Forget the sign-in that stepgate login keeps for this user, and have the provider take back"
          + " what renews it, where it does."
    },
    mixinStandardHelpOptions = true)
final class LogoutCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The control socket of the gateway; else $STEPGATE_SOCKET.")
  private Path socket;

  @Override
  public Integer call() throws Failure, ConfigException {
    Path path = PersonOptions.socket(socket, config);
    SignInFile file = SignInFile.of(path, System.getenv());
    Optional<KeptSignIn> kept;
    try {
      kept = file.read();
    } finally {
      file.remove(); // also what cannot be read
    }
    if (kept.isEmpty()) {
      System.out.println("nobody is signed in here");
      return ExitCode.OK;
    }
    System.out.println(
        "signed out; a copy of the token would be good until " + kept.get().expires());
    if (kept.get().refresh().isPresent()) {
      System.out.println(takenBack(path, kept.get()));
    }
    return ExitCode.OK;
  }

  private static String takenBack(Path path, KeptSignIn kept) {
    try {
      SignInTerms terms;
      try (ControlDoor door = PersonOptions.connect(path)) {
        terms = door.signIn();
      }
      if (!terms.issuer().equals(kept.issuer())) {
        return "what renews it was not taken back: the gateway's people sign in elsewhere now";
      }
      try (SigningIn at = SigningIn.at(terms)) {
        return at.revoked(kept)
            ? "the provider took back what renews it"
            : "the provider offers no way to take back what renews it";
      }
    } catch (Failure e) {
      return "what renews it was not taken back: " + e.getMessage();
    }
  }
}
