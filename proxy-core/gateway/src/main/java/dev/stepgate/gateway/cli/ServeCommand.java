package dev.stepgate.gateway.cli;

import dev.stepgate.Approvals;
import dev.stepgate.OpenSession;
import dev.stepgate.Stepgate;
import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.approval.Request;
import dev.stepgate.config.ConfigException;
import dev.stepgate.config.EndpointsConfig;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.event.Event;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.Admittance;
import dev.stepgate.gateway.control.ControlServer;
import dev.stepgate.gateway.control.Gatekeeper;
import dev.stepgate.gateway.control.PeoplesDesk;
import dev.stepgate.gateway.exec.Gateways;
import dev.stepgate.gateway.exec.Recognised;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.exec.Signals;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.gateway.view.RecordingPieces;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.Person;
import dev.stepgate.session.SessionId;
import dev.stepgate.transport.EndpointSockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stepgate serve}. */
@Command(
    name = "serve",
    description = {
      "Be the machine's gateway: open sessions for local users over the control socket, until"
          + " SIGTERM or SIGINT.",
      "Then nobody is let in any more, and steps that still run have a while to end."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 100;
  private static final String STEPS = "steps";

  @Mixin private ConfigOption config;

  @Option(
      names = "--no-isolation",
      description =
          "Open sessions also for the gateway's own user, whose steps can read its secrets.")
  private boolean noIsolation;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long running steps have when it is stopped (${DEFAULT-VALUE}).")
  private int drainSeconds;

  private final CountDownLatch stop = new CountDownLatch(1);

  @Override
  public Integer call() throws Failure, ConfigException, IOException, InterruptedException {
    Count.atLeast(0, "--drain", drainSeconds);
    GatewayConfig loaded = withSocketsBeside(config.load());
    OsUser own = OsUser.current();
    Admittance admittance = Admittance.of(loaded.serve(), own.uid(), noIsolation);
    Set<Integer> people = admittance.apartFromSteps(loaded.people().users().keySet());
    Optional<SignInTerms> signIn = SignInTerms.of(loaded.people());
    RecordingPieces pieces = new RecordingPieces(new StateDirectory(loaded.state()));
    Path socket = loaded.serve().socket();
    Signals.TERM.handle(signal -> stop.countDown());
    Signals.INT.handle(signal -> stop.countDown());
    Stepgate stepgate = Gateways.start(loaded);
    Signals.HUP.handle(signal -> RulesReload.now(config, stepgate.rules(), ServeCommand::say));
    try {
      SocketPlace.prepare(socket, own.uid());
      try (ControlServer server =
          ControlServer.start(
              socket,
              new Engine(loaded.name(), stepgate, people, signIn, pieces),
              admittance,
              REQUEST_TIMEOUT)) {
        stepgate.approvals().attend();
        say("gateway " + loaded.name() + " serves " + socket + " as user " + own.label());
        loaded.warnings().forEach(warning -> say("warning: " + warning));
        List<String> free = new ArrayList<>(loaded.connections().keySet());
        free.removeAll(loaded.rules().keySet());
        if (!free.isEmpty()) {
          say("no rules, everything is allowed and recorded: " + String.join(", ", free));
        }
        if (admittance.admitsNobody()) {
          say("nobody may open sessions: serve.users and serve.groups name nobody");
        }
        stop.await();
        drain(server);
      }
    } finally {
      Gateways.close(stepgate);
    }
    say("stopped");
    return ExitCode.OK;
  }

  // Whoever reaches the control socket reaches what lies beside it; of the system's directory for
  // temporary files that is not sure (systemd's PrivateTmp).
  private static GatewayConfig withSocketsBeside(GatewayConfig loaded) {
    EndpointsConfig endpoints = loaded.endpoints();
    Path beside = loaded.serve().socket().toAbsolutePath().resolveSibling(STEPS);
    boolean fits = EndpointSockets.tooLong(beside).isEmpty();
    return endpoints.directory().isPresent() || !fits
        ? loaded
        : loaded.with(new EndpointsConfig(endpoints.sockets(), Optional.of(beside)));
  }

  private void drain(ControlServer server) throws InterruptedException {
    server.drain();
    say("stopping; sessions still open: " + server.sessions());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(drainSeconds);
    while (server.sessions() > 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private static void say(String text) {
    System.err.println("stepgate: " + PlainText.escape(text));
  }

  /** The engine as the control socket sees it. */
  private record Engine(
      String name,
      Stepgate stepgate,
      Set<Integer> people,
      Optional<SignInTerms> signIn,
      RecordingPieces pieces)
      implements Gatekeeper {

    @Override
    public Served open(JobContext job, List<String> connections) throws Failure {
      return new Session(
          Gateways.open(stepgate, job, connections),
          connections.stream().map(stepgate.rules()::mode).toList());
    }

    @Override
    public Recognised look(JobContext job, boolean anyHolder) {
      return Gateways.recognised(stepgate.look(job, anyHolder));
    }

    @Override
    public RecognisedPerson person(OsUser user, Optional<String> token) {
      return Gateways.person(stepgate.people(), user, token);
    }

    @Override
    public boolean namesPerson(OsUser user) {
      return people.contains(user.uid());
    }

    @Override
    public RecordingPiece read(RecordingPiece.Wanted wanted) throws Failure {
      return pieces.read(wanted);
    }

    @Override
    public PeoplesDesk approvals() {
      return new Desk(stepgate.approvals());
    }

    @Override
    public void refused(Event event) {
      stepgate.refused(event);
    }

    private record Desk(Approvals approvals) implements PeoplesDesk {

      @Override
      public List<Request> list(Person person, boolean endedToo) throws AnswerRefused {
        return approvals.list(person, endedToo);
      }

      @Override
      public Request show(Person person, String by, String id) throws AnswerRefused {
        return approvals.show(person, by, id);
      }

      @Override
      public Request answer(Person person, String by, String id, boolean approve, String reason)
          throws AnswerRefused {
        return approvals.answer(person, by, id, approve, reason);
      }
    }

    private record Session(OpenSession session, List<String> modes) implements Served {

      @Override
      public SessionId id() {
        return session.session().id();
      }

      @Override
      public String who() {
        return Gateways.who(session.session().bearer());
      }

      @Override
      public List<Endpoint> endpoints() {
        return session.endpoints();
      }

      @Override
      public Seal seal() throws Failure {
        return Gateways.sealed(session::seal);
      }

      @Override
      public void interrupt(String reason) throws Failure {
        try {
          Gateways.sealed(() -> session.interrupt(reason));
        } catch (Failure e) {
          say(
              "session "
                  + id()
                  + " could not be sealed, the next start does it: "
                  + e.getMessage());
          throw e;
        }
      }
    }
  }
}
