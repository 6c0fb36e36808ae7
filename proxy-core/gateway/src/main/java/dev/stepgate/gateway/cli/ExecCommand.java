package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.config.ServeConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.exec.InProcessDoor;
import dev.stepgate.gateway.exec.JobToken;
import dev.stepgate.gateway.exec.SessionDoor;
import dev.stepgate.gateway.exec.Step;
import dev.stepgate.gateway.isolation.DroppedPrivileges;
import dev.stepgate.gateway.isolation.IsolationException;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.isolation.StepUsers;
import dev.stepgate.gateway.login.SignInFile;
import dev.stepgate.session.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate exec}. */
@Command(
    name = "exec",
    description = {
      "Run a command with a session for each connection, and seal the session when it ends.",
      "Asks a running gateway (stepgate serve) if that runs as another user than the step; else, as"
          + " root, is the gateway itself and runs the command as another user; else refuses."
    },
    mixinStandardHelpOptions = true)
final class ExecCommand implements Callable<Integer> {

  @Option(
      names = "--connection",
      paramLabel = "NAME",
      required = true,
      description = "A connection of the configuration. The first is what clients find by default.")
  private List<String> connections;

  @Mixin private ConfigOption config;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "As root: the user to run the command as; else the one who called sudo, else "
              + StepUsers.ACCOUNT
              + ".")
  private String user;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The control socket of the gateway to ask; else $STEPGATE_SOCKET.")
  private Path socket;

  @Mixin private TokenOptions tokens;

  @Option(
      names = "--no-isolation",
      description =
          "Let gateway and command share a user. The command can then read the gateway's secrets.")
  private boolean noIsolation;

  @Option(
      names = "--loopback",
      description =
          "Tell the command's clients loopback ports although the endpoints have Unix sockets: for"
              + " clients elsewhere than on this file system, a container for one.")
  private boolean loopback;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write how it ended into this new file, as a JSON object.")
  private Path json;

  @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The command, after --.")
  private List<String> command;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    if (json == null) {
      return run(door -> door);
    }
    try (StepResult result = StepResult.into(json)) {
      try {
        int code = run(result::noting);
        result.exit(code);
        return code;
      } catch (Failure e) {
        result.failure(e);
        throw e;
      }
    }
  }

  private int run(UnaryOperator<SessionDoor> noting) throws Failure, ConfigException, IOException {
    OsUser own = OsUser.current();
    Optional<DroppedPrivileges> dropped = dropped(own);
    if (!noIsolation) {
      noPerson(dropped.map(DroppedPrivileges::user).orElse(own));
    }
    JobToken token = tokens.job(System.getenv());
    try (SessionDoor door = noting.apply(door(own, dropped))) {
      return new Step(connections, command, System.getenv(), token, dropped, loopback, System.err)
          .run(door);
    }
  }

  /** A step reads what its user reads: with a person's sign-in in its hands it would be one. */
  static void noPerson(OsUser step) throws Failure {
    Optional<Path> signedIn = SignInFile.below(Path.of(step.home()));
    if (signedIn.isPresent()) {
      throw refused(
          "a person is signed in as "
              + step.name()
              + " ("
              + PlainText.escape(signedIn.get().toString())
              + "), and no step is a person: stepgate logout, or see --user");
    }
  }

  private Optional<DroppedPrivileges> dropped(OsUser own) throws Failure {
    boolean root = own.uid() == OsUser.ROOT;
    if (user != null && (!root || noIsolation)) {
      throw new Failure(
          ExitCode.USAGE,
          root ? "--user and --no-isolation contradict each other" : "--user is root's to give");
    }
    if (!root || noIsolation) {
      return Optional.empty();
    }
    try {
      return Optional.of(DroppedPrivileges.to(StepUsers.choose(user, System.getenv())));
    } catch (IsolationException e) {
      throw refused(e.getMessage());
    }
  }

  private SessionDoor door(OsUser own, Optional<DroppedPrivileges> dropped)
      throws Failure, ConfigException {
    OsUser stepUser = dropped.map(DroppedPrivileges::user).orElse(own);
    Path named = SocketPlace.named(socket).orElse(null);
    if (named != null) {
      return remote(named, own, stepUser)
          .orElseThrow(() -> new Failure(ExitCode.UNAVAILABLE, "no gateway answers on " + named));
    }
    // Without a word about a configuration, the machine's own gateway comes first: its users cannot
    // read its configuration.
    Optional<SessionDoor> standard =
        config.named().isPresent()
            ? Optional.empty()
            : remote(ServeConfig.DEFAULT_SOCKET, own, stepUser);
    if (standard.isPresent()) {
      return standard.get();
    }
    GatewayConfig loaded = config.load();
    Path configured = loaded.serve().socket();
    Optional<SessionDoor> running =
        serves(loaded) ? remote(configured, own, stepUser) : Optional.empty();
    if (running.isPresent()) {
      return running.get();
    }
    return inProcess(loaded, own, dropped);
  }

  // A configuration that names no socket has the machine's, where another gateway may answer.
  private static boolean serves(GatewayConfig loaded) {
    Path configured = loaded.serve().socket();
    return !configured.equals(ServeConfig.DEFAULT_SOCKET)
        || ControlDoor.gatewayName(configured).equals(Optional.of(loaded.name()));
  }

  private Optional<SessionDoor> remote(Path path, OsUser own, OsUser stepUser) throws Failure {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    Optional<Integer> step =
        own.uid() == OsUser.ROOT && stepUser.uid() != OsUser.ROOT
            ? Optional.of(stepUser.uid())
            : Optional.empty();
    ControlDoor door;
    Optional<OsUser> gateway;
    try {
      door = ControlDoor.connect(path, step);
      gateway = door.gatewayUser();
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean apart = gateway.isPresent() && gateway.get().uid() != stepUser.uid();
    if (!apart && !noIsolation) {
      door.close();
      throw refused(
          "the gateway on "
              + path
              + " runs as the step's own user, whose processes can read its secrets; run it as"
              + " another user, or say --no-isolation");
    }
    return Optional.of(door);
  }

  private SessionDoor inProcess(
      GatewayConfig loaded, OsUser own, Optional<DroppedPrivileges> dropped) throws Failure {
    OsUser stepUser = dropped.map(DroppedPrivileges::user).orElse(own);
    if (loaded.people().users().containsKey(stepUser.name())) {
      throw refused(
          "people.users names " + stepUser.name() + ", and no step runs as a person; see --user");
    }
    if (dropped.isEmpty() && !noIsolation) {
      throw refused(
          "the command would run as the gateway's own user and could read its secrets; run stepgate"
              + " serve as another user, or exec as root, or say --no-isolation");
    }
    Isolation isolation = dropped.isPresent() ? Isolation.USER : Isolation.NONE;
    return InProcessDoor.start(
        loaded, own, isolation, dropped.map(DroppedPrivileges::user).orElse(own));
  }

  private static Failure refused(String reason) {
    return new Failure(ExitCode.REFUSED, "refused: " + reason);
  }
}
