package dev.stepgate.recording;

import dev.stepgate.operation.Operation;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Proof;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What tests of recordings start from. */
final class Given {

  static final Instant OPENED = Instant.parse("2026-11-24T11:20:12.123456Z");
  static final Operation QUERY = new Operation(Operation.Kind.QUERY, Operation.NO_SUBJECT);
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  static final SessionId SESSION = new SessionId("01KAV9QZ5MW8RT2M4N6P7S9X0A");
  private static final long WAIT_SECONDS = 60;

  private Given() {}

  static RecordingSettings settings(Path directory) {
    return RecordingSettings.of(directory, Durability.PROCESS).withJournal(64 << 10, 8);
  }

  static Recorder recorder(RecordingSettings settings) {
    return Recorder.start(settings, head -> {}, InstantSource.fixed(OPENED.plusSeconds(288)));
  }

  static Session session(SessionId id) {
    return new Session(
        id,
        "ci-east",
        OPENED,
        "ci(1000)",
        Isolation.USER,
        bearer(),
        Map.of("GITHUB_JOB", "migrate"),
        List.of("orders-db"));
  }

  private static Bearer bearer() {
    Map<String, Identity.SignedClaim> claims = new TreeMap<>();
    claims.put("issuer", new Identity.SignedClaim("github", Identity.Shaper.ISSUER));
    claims.put("repository", new Identity.SignedClaim("acme/orders", Identity.Shaper.ISSUER));
    claims.put("ref", new Identity.SignedClaim("refs/heads/main", Identity.Shaper.AUTHOR));
    claims.put("sha", new Identity.SignedClaim("4f1c09", Identity.Shaper.ISSUER));
    claims.put("actor", new Identity.SignedClaim("alice", Identity.Shaper.ISSUER));
    String url = "https://token.actions.githubusercontent.com";
    return new Bearer(Identity.of("github", url, "repo:acme/orders", claims), Proof.TOKEN);
  }

  static Connection connection(SessionId id, int number) {
    return new Connection(id, number, "orders-db", "postgresql", OPENED, "127.0.0.1:40112");
  }

  static SessionId session(int number) {
    return new SessionId(String.format("01KAV9QZ5M%016d", number));
  }

  /** A lane with the one thread that it wants, on which tests do their writing. */
  static final class TestLane implements AutoCloseable {

    final ExecutorService thread = Executors.newSingleThreadExecutor();
    final Lane lane;

    TestLane(Recorder recorder, int index) {
      lane = recorder.lane(index, thread);
    }

    Recording open(SessionId session, int number) {
      return on(() -> lane.open(session(session), connection(session, number)));
    }

    <T> T on(Supplier<T> action) {
      return await(java.util.concurrent.CompletableFuture.supplyAsync(action, thread));
    }

    void run(Runnable action) {
      on(
          () -> {
            action.run();
            return true;
          });
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static Path file(RecordingSettings settings, SessionId session, int number) {
    return RecordingName.of(session, number).lines(settings.recordings());
  }

  /** Reads a recording whole and checks all of it. */
  static List<Line> read(Path lines) throws IOException, RecordingDamage {
    List<Line> read = new ArrayList<>();
    try (RecordingReader reader = RecordingReader.open(lines)) {
      for (Optional<Line> next = reader.next(); next.isPresent(); next = reader.next()) {
        read.add(next.get());
      }
    }
    return read;
  }

  static Head head(Path lines) throws IOException, RecordingDamage {
    try (RecordingReader reader = RecordingReader.open(lines)) {
      while (reader.next().isPresent()) {
        // To the end.
      }
      String name = lines.getParent().getFileName() + "/" + lines.getFileName();
      return new Head(
          name.substring(0, name.lastIndexOf('.')), reader.lines(), reader.hash(), reader.ended());
    }
  }

  /** A segment's bytes at one moment: a scribe zeroes it once its state says that it is drained. */
  private static byte[] still(Path segment) throws IOException {
    byte[] before = Files.readAllBytes(segment);
    byte[] after = Files.readAllBytes(segment);
    while (!Arrays.equals(before, 0, Segment.FIRST, after, 0, Segment.FIRST)) {
      before = after;
      after = Files.readAllBytes(segment);
    }
    return before;
  }

  /**
   * Copies a directory, as a crash would leave it: each lines file before its bodies, which are
   * written the other way round.
   */
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    copy(from, to, true);
    copy(from, to, false);
  }

  private static void copy(Path from, Path to, boolean lines) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (file.toString().endsWith(".jsonl") == lines) {
          Files.createDirectories(target.getParent());
          Files.write(
              target,
              file.toString().endsWith(".segment") ? still(file) : Files.readAllBytes(file));
        }
      }
    }
  }
}
