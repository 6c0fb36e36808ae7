package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.exec.RecognisedPerson;
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

/** {@code stepgate login}. */
@Command(
    name = "login",
    description = {
      "Sign in as a person at the provider that the gateway's people.sign_in names, and keep that for"
          + " this user's further commands.",
      "What is kept is a file of mode 0600 below $XDG_STATE_HOME or ~/.local/state."
    },
    mixinStandardHelpOptions = true)
final class LoginCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The control socket of the gateway to sign in for; else $STEPGATE_SOCKET.")
  private Path socket;

  @Option(names = "--device", description = "With a code that is typed in on any device.")
  private boolean device;

  @Option(names = "--browser", description = "With a browser on this machine.")
  private boolean browser;

  @Override
  public Integer call() throws Failure, ConfigException, InterruptedException {
    if (device && browser) {
      throw new Failure(ExitCode.USAGE, "--device and --browser contradict each other");
    }
    Path path = PersonOptions.socket(socket, config);
    SignInFile file = SignInFile.of(path, System.getenv());
    SignInTerms terms;
    int gateway;
    try (ControlDoor door = PersonOptions.connect(path)) {
      gateway = PersonOptions.gatewayUid(door);
      terms = door.signIn();
    }
    KeptSignIn signedIn;
    try (SigningIn at = SigningIn.at(terms)) {
      signedIn = at.signIn(asked(), gateway, line -> System.err.println("stepgate: " + line));
    }
    RecognisedPerson found = recognised(path, gateway, signedIn);
    file.write(signedIn);
    PersonText.lines(found).forEach(line -> System.out.println(PlainText.escape(line)));
    System.out.println(PlainText.escape(PersonText.kept(SigningIn.until(signedIn))));
    return ExitCode.OK;
  }

  private Optional<String> asked() {
    return device ? Optional.of("device") : browser ? Optional.of("browser") : Optional.empty();
  }

  /** Who the gateway says it is: it alone verifies the token's signature, and counts people. */
  private static RecognisedPerson recognised(Path path, int gateway, KeptSignIn signedIn)
      throws Failure {
    try (ControlDoor door = PersonOptions.connect(path)) {
      if (PersonOptions.gatewayUid(door) != gateway) {
        throw new Failure(ExitCode.REFUSED, "another user's gateway answers than before");
      }
      RecognisedPerson found = door.person(Optional.of(signedIn.token()));
      if (!found.accepted()) {
        throw new Failure(
            ExitCode.REFUSED,
            "the gateway does not take that for a person: "
                + PlainText.escape(found.code() + ": " + found.sentence()));
      }
      return found;
    }
  }
}
