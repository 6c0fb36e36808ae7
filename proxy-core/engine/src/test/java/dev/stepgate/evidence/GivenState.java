package dev.stepgate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepgate.audit.Appended;
import dev.stepgate.audit.KeyFile;
import dev.stepgate.audit.Log;
import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.leaf.RecordingHead;
import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.leaf.Who;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.recording.Durability;
import dev.stepgate.recording.Head;
import dev.stepgate.recording.Lane;
import dev.stepgate.recording.Recorder;
import dev.stepgate.recording.Recording;
import dev.stepgate.recording.RecordingSettings;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A state directory that a recorder and a log really wrote, with a gateway's part played here. */
final class GivenState implements AutoCloseable {

  static final String GATEWAY = "ci-east";
  static final Instant NOW = Instant.parse("2026-11-24T11:20:12.123456Z");

  final Path state;
  final KeyFile key;
  final Log log;
  final Recorder recorder;
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final Lane lane;
  private final Map<SessionId, Long> operations = new TreeMap<>();

  private GivenState(Path directory) {
    state = directory.resolve("state");
    key = KeyFile.open(directory.resolve("keys/log.key"), Origin.of(GATEWAY), state);
    log = Log.open(state.resolve("log"), key);
    RecordingSettings settings =
        new RecordingSettings(state, Durability.PROCESS, 64 << 10, 4, 1 << 20, Duration.ofDays(1));
    recorder = Recorder.start(settings, this::commit, InstantSource.fixed(NOW));
    lane = recorder.lane(0, loop);
  }

  static GivenState in(Path directory) {
    return new GivenState(directory);
  }

  VerifierKey verifier() {
    return key.verifier();
  }

  /** A session's name; the same number gives the same name. */
  static SessionId id(int number) {
    return new SessionId(String.format("01K8Z3V9QH4M2T7C5R1XW0%04d", number));
  }

  Session open(int number) {
    Session session =
        new Session(
            id(number),
            GATEWAY,
            NOW,
            "ci(998)",
            Isolation.USER,
            Bearer.user("ci", 998),
            Map.of("CI_JOB_ID", "17"),
            List.of("orders-db"));
    log.append(
            new SessionOpened(
                session.id().value(),
                GATEWAY,
                NOW,
                session.openedBy(),
                session.isolation().word(),
                "process",
                session.connections(),
                Optional.of(
                    new Who(
                        session.bearer().proof().word(),
                        session.bearer().verified(),
                        session.bearer().shaped())),
                new TreeMap<>(session.claimed())))
        .join();
    return session;
  }

  /** One connection with some statements, the last refused; ended or left open. */
  Recording record(Session session, int connection, int statements, boolean ends) {
    return onLoop(
        () -> {
          Recording recording =
              lane.open(
                  session,
                  new Connection(
                      session.id(), connection, "orders-db", "postgresql", NOW, "127.0.0.1:40112"));
          recording.note("startup", bytes("user=ci"));
          for (int i = 1; i <= statements; i++) {
            recording.request(
                i,
                new Operation(Operation.Kind.QUERY, 0),
                bytes("select " + i + " of " + connection));
            Outcome outcome = i == statements ? Outcome.refused("no-drops") : Outcome.DONE;
            recording.outcome(i, outcome, 1, bytes("row " + i));
          }
          operations.merge(session.id(), (long) statements, Long::sum);
          if (ends) {
            recording.end("the client left");
          }
          return recording;
        });
  }

  /**
   * Seals a session whose recordings have all ended, as a gateway does, and keeps the checkpoint.
   */
  ProofLine seal(Session session, Optional<String> interrupted) throws IOException {
    List<RecordingHead> heads = new ArrayList<>();
    for (Head head : recorder.heads(session.id()).toCompletableFuture().join()) {
      heads.add(HeadReached.of(head.recording(), head.lines(), head.hash(), head.last()).head());
    }
    SessionEnded ended =
        SessionEnded.of(
            session.id().value(),
            NOW,
            interrupted,
            heads,
            operations.getOrDefault(session.id(), 0L),
            heads.size(),
            0);
    Appended appended = log.append(ended).join();
    SealFile.write(state, session.id().value(), appended.note());
    return new ProofLine(session.id().value(), ended.heads(), appended.checkpoint());
  }

  /** A whole session. */
  ProofLine session(int number, int recordings, int statements) throws IOException {
    Session session = open(number);
    for (int i = 1; i <= recordings; i++) {
      record(session, i, statements, true);
    }
    return seal(session, Optional.empty());
  }

  void flush() {
    recorder.flush().toCompletableFuture().join();
  }

  Report verify(Claim... claims) {
    return Verifier.verify(state, Optional.of(verifier()), List.of(claims));
  }

  @Override
  public void close() {
    recorder.close();
    loop.shutdown();
    log.close();
  }

  static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else if (!path.getFileName().toString().endsWith(".seg")) {
          Files.copy(path, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return to;
  }

  private void commit(Head head) {
    log.append(HeadReached.of(head.recording(), head.lines(), head.hash(), head.last())).join();
  }

  private <T> T onLoop(Callable<T> task) {
    try {
      return loop.submit(task).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
