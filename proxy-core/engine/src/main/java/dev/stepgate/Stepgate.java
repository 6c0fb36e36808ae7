package dev.stepgate;

import dev.stepgate.admission.Gate;
import dev.stepgate.audit.KeyFile;
import dev.stepgate.audit.Log;
import dev.stepgate.audit.LogException;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.event.Event;
import dev.stepgate.event.EventLog;
import dev.stepgate.identity.IdentityVerifier;
import dev.stepgate.identity.Issuer;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Recorder;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import dev.stepgate.transport.EndpointSockets;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.Peers;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A gateway in this process: opens sessions for pipeline steps and keeps the evidence of what they
 * did. All that a packaging uses. Thread-safe; methods block on the disk where they say so.
 */
public final class Stepgate implements AutoCloseable {

  private final GatewayConfig config;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Log log;
  private final SessionLog sessionLog;
  private final Recorder recorder;
  private final Transport transport;
  private final SessionEndpoints endpoints;
  private final UnsealedSessions unsealed;
  private final Sealing sealing;
  private final IdentityVerifier verifier;
  private final Access access;
  private final People people;
  private final Rules rules;
  private final EventLog events;
  private final Approvals approvals;
  private final Peers peers;
  private final Optional<EndpointSockets> sockets;
  private final List<String> warnings;
  private final Map<SessionId, LiveSession> open = new ConcurrentHashMap<>();
  private int opening;
  private boolean closed;

  private Stepgate(GatewayConfig config, InstantSource clock, Parts parts) throws IOException {
    this.config = config;
    this.clock = clock;
    this.rules = new Rules(config, this::refused);
    this.log = parts.log;
    this.sessionLog = parts.sessionLog;
    this.recorder = parts.recorder;
    this.transport = parts.transport;
    this.events = parts.events;
    this.people = parts.people;
    this.verifier = parts.verifier;
    this.access = new Access(config.access(), verifier);
    this.approvals = parts.approvals;
    this.peers = transport.peers();
    this.sockets = sockets(config);
    this.endpoints =
        new SessionEndpoints(
            transport,
            recorder,
            new Gate(rules.policy(), clock, Optional.of(approvals.desk())),
            new Doors(events, peers),
            sockets,
            clock,
            random);
    this.unsealed = new UnsealedSessions(config.state().resolve("unsealed"));
    this.sealing = new Sealing(recorder, sessionLog, unsealed, config.recording().recordings());
    this.warnings = new CopyOnWriteArrayList<>(recorder.recovery().warnings());
    warnings.addAll(approvals.warnings());
  }

  /** Starts a gateway with the JDK's own I/O and clock. Blocks on the disk. */
  public static Stepgate start(GatewayConfig config) throws StartException {
    return start(config, Io.nio(), InstantSource.system());
  }

  /**
   * Starts a gateway: takes its state directory, finishes what a dead predecessor left there (its
   * open sessions are sealed as interrupted), and is ready to open sessions. Blocks on the disk.
   *
   * @param io what the event loops run on
   * @throws StartException if another gateway has the state, or it cannot be used
   */
  public static Stepgate start(GatewayConfig config, Io io, InstantSource clock)
      throws StartException {
    try {
      return OwnThread.call("stepgate-start", () -> begin(config, io, clock));
    } catch (StartException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new StartException("the gateway cannot start: " + e, e);
    }
  }

  private static Stepgate begin(GatewayConfig config, Io io, InstantSource clock)
      throws StartException {
    Parts parts = new Parts();
    try {
      makeDirectory(config.state());
      KeyFile key = KeyFile.open(config.logKey(), Origin.of(config.name()), config.state());
      parts.log = Log.open(config.state().resolve("log"), key);
      parts.sessionLog = new SessionLog(parts.log, clock);
      parts.recorder = Recorder.start(config.recording(), parts.sessionLog, clock);
      parts.events =
          new EventLog(config.state(), config.name(), parts.sessionLog::eventsReached, clock);
      parts.approvals = new Approvals(config.state(), parts.events, clock);
      parts.transport =
          new Transport(io, Transport.loopsOf(Runtime.getRuntime().availableProcessors()));
      parts.verifier =
          Issuers.verifier(
              List.copyOf(config.access().issuers().values()),
              parts.transport,
              config.state().resolve("presented"),
              clock);
      parts.people = People.of(config.people(), parts.transport, clock);
      Stepgate stepgate = new Stepgate(config, clock, parts);
      stepgate.sealInterrupted();
      return stepgate;
    } catch (IOException | LogException | EvidenceException e) {
      parts.close();
      throw new StartException("the gateway cannot start: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  /**
   * Opens a session for one step. Its opening is on disk in the log when this returns; a refusal is
   * in the gateway's events. May wait for the issuer of the job's token.
   *
   * @param connections names of configured connections, at least one, each once
   * @throws RefusedException if the job's evidence proves nobody, a connection is not there or not
   *     open to it (which look alike), too many sessions are open, or the endpoints cannot be had
   * @throws EvidenceException if the opening cannot be written
   */
  public OpenSession open(JobContext job, List<String> connections) throws RefusedException {
    try {
      return OwnThread.call("stepgate-open", () -> admit(job, connections));
    } catch (RefusedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new RefusedException("failed", "the session cannot be opened: " + e, e);
    }
  }

  private OpenSession admit(JobContext job, List<String> connections) throws RefusedException {
    SessionId id = SessionId.create(clock.millis(), random);
    Access.Known known = null;
    List<Access.Verdict> verdicts = List.of();
    try {
      Access.checkForm(connections);
      known = access.know(job);
      verdicts = access.verdicts(known.bearer(), connections);
      Access.check(verdicts);
      access.claim(known, job);
      return open(id, job, known.bearer(), connections);
    } catch (RefusedException e) {
      RefusedException refusal = e.of(id);
      // In the file before the job hears of it, and after the same work whatever the reason.
      events.recordNow(Refusals.session(id, refusal, job, connections, known, verdicts));
      throw refusal;
    }
  }

  private OpenSession open(SessionId id, JobContext job, Bearer bearer, List<String> connections)
      throws RefusedException {
    List<PostgresTarget> targets =
        connections.stream().map(name -> config.connections().get(name)).toList();
    Session session =
        new Session(
            id,
            config.name(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            job.openedBy(),
            job.isolation(),
            bearer,
            job.claimed(),
            connections);
    reserve();
    try {
      LiveSession live = begin(session, job.stepUid(), targets);
      open.put(session.id(), live);
      return live;
    } finally {
      release();
    }
  }

  // Sessions are opened side by side, since each waits for the disk; a place is kept meanwhile.
  private synchronized void reserve() throws RefusedException {
    if (closed) {
      throw new RefusedException("closing", "the gateway is closing");
    }
    int taken = open.size() + opening;
    if (taken >= config.sessions()) {
      throw new RefusedException(
          "too-many",
          "no session is free: " + taken + " are open, " + config.sessions() + " may be");
    }
    opening++;
  }

  private synchronized void release() {
    opening--;
    notifyAll();
  }

  private synchronized void awaitOpening() throws InterruptedException {
    while (opening > 0) {
      wait();
    }
  }

  /**
   * What the gateway makes of a job's evidence; opens nothing, and remembers nothing of it. A token
   * that its job has presented tells another presenter nothing: what is open to a job is not for
   * whoever found its token. That a token was looked at is in the gateway's events.
   */
  public Look look(JobContext job) {
    return look(job, false);
  }

  /**
   * The same.
   *
   * @param anyHolder whether also of a token that another has presented: for root, who can read all
   *     of this gateway's state anyway
   */
  public Look look(JobContext job, boolean anyHolder) {
    Look look = OwnThread.run("stepgate-look", () -> access.look(job, anyHolder));
    if (job.evidence() instanceof Evidence.Token) {
      refused(Refusals.looked(job, look));
    }
    return look;
  }

  /**
   * The same by a configuration alone, beside whichever gateway runs by it: takes no state
   * directory and remembers nothing. May wait for an issuer.
   */
  public static Look look(GatewayConfig config, Evidence evidence, InstantSource clock) {
    return OwnThread.run(
        "stepgate-look",
        () -> {
          List<Issuer> issuers = List.copyOf(config.access().issuers().values());
          try (Transport transport = new Transport(Io.nio(), 1);
              IdentityVerifier verifier = Issuers.looker(issuers, transport, clock)) {
            JobContext job = new JobContext("", Isolation.NONE, evidence, Map.of());
            return new Access(config.access(), verifier).look(job, true);
          }
        });
  }

  /** Who is a person here: for approvals, and for reading recordings. */
  public People people() {
    return people;
  }

  /** By what rules it decides, and how they are replaced. */
  public Rules rules() {
    return rules;
  }

  /** Takes a refusal that the host made itself into the gateway's events. Does not block. */
  public void refused(Event event) {
    CompletionStage<Boolean> unused = events.record(event);
  }

  /** What people are asked, and answer. */
  public Approvals approvals() {
    return approvals;
  }

  /** The sessions that are open now. */
  public List<OpenSession> sessions() {
    return List.copyOf(open.values());
  }

  /** What a verifier needs to trust this gateway's log; public. */
  public VerifierKey verifierKey() {
    return log.verifier();
  }

  /**
   * What was found wrong with a predecessor's evidence, as sentences; usually none. After {@link
   * #close} also which sessions could not be sealed, and why.
   */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Why nothing can be recorded now, as a sentence; empty if all is well. */
  public Optional<String> failure() {
    return recorder.failure().or(sessionLog::failure);
  }

  /**
   * Interrupts the sessions that are open, brings everything to disk and leaves no thread behind.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    OwnThread.run("stepgate-close", this::end);
  }

  private Void end() {
    try {
      awaitOpening();
      open.values().forEach(this::interrupt);
    } catch (InterruptedException e) {
      // Whoever closes wants it now; the next start seals what is open.
    } finally {
      verifier.close();
      transport.close();
      endpoints.close();
      peers.close();
      sockets.ifPresent(EndpointSockets::close);
      recorder.close();
      approvals.close();
      events.close();
      log.close();
      RecordLinks.release();
    }
    return null;
  }

  private void interrupt(LiveSession session) {
    try {
      session.interrupt("the gateway was closed");
    } catch (EvidenceException e) {
      // The file that marks it unsealed stays.
      warnings.add(
          "session "
              + session.session().id()
              + " could not be sealed, the next start does it: "
              + e.getMessage());
    }
  }

  private LiveSession begin(Session session, Optional<Integer> step, List<PostgresTarget> targets)
      throws RefusedException {
    try {
      unsealed.add(session.id(), log.checkpoint().size());
      sessionLog.opened(session, config.recording().durability());
      List<SessionEndpoint> opened = endpoints.open(session, step, targets);
      return live(session, opened);
    } catch (IOException | IllegalArgumentException e) {
      sealing.seal(
          session.id(),
          Optional.of("the session could not be opened"),
          new SessionLog.Counts(0, 0));
      throw new RefusedException("failed", "the session cannot be opened: " + e.getMessage(), e);
    }
  }

  private LiveSession live(Session session, List<SessionEndpoint> opened) {
    try {
      return new LiveSession(session, opened, sealing, () -> open.remove(session.id()));
    } catch (IllegalArgumentException e) {
      LiveSession.closeAll(opened, "the session could not be opened");
      throw e;
    }
  }

  // What a dead gateway left open. Its recordings were completed when the recorder started.
  private void sealInterrupted() throws IOException {
    for (SessionId session : unsealed.all()) {
      if (sessionLog.isOpen(session, unsealed.logSize(session))) {
        Path recordings = config.recording().recordings().resolve(session.value());
        sealing.seal(session, Optional.of("the gateway died"), EndLines.of(recordings));
      } else {
        unsealed.remove(session);
      }
    }
  }

  private static Optional<EndpointSockets> sockets(GatewayConfig config) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return config.endpoints().sockets() && posix
        ? Optional.of(
            EndpointSockets.open(config.endpoints().directory(), config.state().resolve("sockets")))
        : Optional.empty();
  }

  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** What was started so far, so that a failed start leaves nothing behind. */
  private static final class Parts {
    private Log log;
    private SessionLog sessionLog;
    private Recorder recorder;
    private Transport transport;
    private EventLog events;
    private IdentityVerifier verifier;
    private People people;
    private Approvals approvals;

    void close() {
      if (verifier != null) {
        verifier.close();
      }
      if (transport != null) {
        transport.close();
      }
      if (recorder != null) {
        recorder.close();
      }
      if (approvals != null) {
        approvals.close();
      }
      if (events != null) {
        events.close();
      }
      if (log != null) {
        log.close();
      }
    }
  }
}
