package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.isolation.DiesWithParent;
import dev.stepgate.gateway.isolation.DroppedPrivileges;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.isolation.StepFiles;
import dev.stepgate.job.Claims;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One step from its session's opening to its seal. Whatever becomes of the command, the session is
 * sealed and the seal printed.
 */
public final class Step {

  private static final String SETSID = "/usr/bin/setsid";

  private final List<String> connections;
  private final List<String> command;
  private final Map<String, String> inherited;
  private final JobToken token;
  private final Optional<DroppedPrivileges> dropped;
  private final boolean loopback;
  private final PrintStream log;

  /**
   * A step.
   *
   * @param connections the names of its connections
   * @param command its command and arguments
   * @param inherited the environment that it inherits
   * @param token what the job shows for who it is
   * @param dropped under which user it runs, if not this process's
   * @param loopback whether its clients are to use loopback ports although there are sockets
   * @param log where the lines for the build log go
   */
  public Step(
      List<String> connections,
      List<String> command,
      Map<String, String> inherited,
      JobToken token,
      Optional<DroppedPrivileges> dropped,
      boolean loopback,
      PrintStream log) {
    this.connections = List.copyOf(connections);
    this.command = List.copyOf(command);
    this.inherited = Map.copyOf(inherited);
    this.token = token;
    this.dropped = dropped;
    this.loopback = loopback;
    this.log = log;
  }

  /**
   * Opens a session at {@code door}, runs the command, seals.
   *
   * @return the command's exit code
   * @throws Failure if the gateway failed; the command may have run nevertheless
   */
  public int run(SessionDoor door) throws Failure {
    StepCommand.unchanged(command);
    StepProcess process = new StepProcess(ownGroup());
    for (Signals signal : Signals.values()) {
      signal.handle(process::signal);
    }
    SessionDoor.Opened session = door.open(token.text(), Claims.from(inherited), connections);
    int code;
    try {
      header(session).forEach(line -> log.println(PlainText.escape(line)));
      code = runWith(process, session, door);
    } catch (Failure e) {
      log.println("stepgate: " + e.getMessage());
      code = e.code();
    } finally {
      seal(session);
    }
    return code;
  }

  private int runWith(StepProcess process, SessionDoor.Opened session, SessionDoor door)
      throws Failure {
    Optional<OsUser> owner = dropped.map(DroppedPrivileges::user);
    StepEnvironment endpoints = endpoints(session.environment(), owner);
    try (StepFiles files = StepFiles.write(endpoints.files(), owner)) {
      Map<String, String> environment = environment(endpoints, door, files.directory());
      StepCommand.check(command, environment);
      return process.run(line(), environment);
    } catch (IOException e) {
      throw new Failure(
          ExitCode.GATEWAY, "the step's files cannot be kept: " + PlainText.escape(e.toString()));
    }
  }

  // Sockets where the step gets to them, else loopback ports.
  private StepEnvironment endpoints(StepEnvironment told, Optional<OsUser> owner) {
    boolean reached =
        told.sockets().stream().allMatch(socket -> SocketReach.reaches(socket, owner));
    return loopback || !reached ? told.onLoopback() : told;
  }

  private Map<String, String> environment(
      StepEnvironment endpoints, SessionDoor door, Path directory) {
    return endpoints.over(
        StepInheritance.of(inherited, dropped.map(DroppedPrivileges::user)),
        withheld(door),
        directory);
  }

  private Set<String> withheld(SessionDoor door) {
    Set<String> withheld = new HashSet<>(door.secretVariables());
    withheld.addAll(token.variables());
    return withheld;
  }

  private void seal(SessionDoor.Opened session) throws Failure {
    Seal seal = session.seal();
    seal.lines().forEach(line -> log.println(PlainText.escape(line)));
  }

  private List<String> header(SessionDoor.Opened session) {
    String step = dropped.map(to -> ", the step is user " + to.user().label()).orElse("");
    return List.of(
        "stepgate: " + effect(connections, session.modes()) + ", " + session.who(),
        "stepgate: session " + session.id() + ", isolation " + session.isolation().word() + step);
  }

  /** The connections, each with how its rules count; what has none is said once, last. */
  static String effect(List<String> connections, List<String> modes) {
    List<String> ruled = new ArrayList<>();
    List<String> free = new ArrayList<>();
    for (int i = 0; i < connections.size(); i++) {
      if (modes.get(i).equals("none")) {
        free.add(connections.get(i));
      } else {
        ruled.add(connections.get(i) + " " + modes.get(i));
      }
    }
    if (!free.isEmpty()) {
      ruled.add(String.join(", ", free) + ": no rules, everything is allowed and recorded");
    }
    return String.join(", ", ruled);
  }

  private List<String> line() {
    if (dropped.isPresent()) {
      return dropped.get().command(command);
    }
    return DiesWithParent.command(ownGroup() ? with(SETSID, command) : command);
  }

  private static List<String> with(String program, List<String> command) {
    List<String> line = new ArrayList<>(List.of(program, "--"));
    line.addAll(command);
    return line;
  }

  // At a terminal a step of the same user stays in the foreground group: Ctrl-C and Ctrl-Z are its
  // own. Elsewhere it gets a group, so that a signal reaches all of it and nothing else.
  private boolean ownGroup() {
    return dropped.isPresent()
        || (!StepProcess.atTerminal() && java.nio.file.Files.isExecutable(Path.of(SETSID)));
  }
}
