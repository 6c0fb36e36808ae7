package dev.stepgate.recording;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecorderTest {

  @TempDir private Path directory;

  @Test
  void everything_that_a_protocol_can_say_is_read_back() throws Exception {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(
          () -> {
            recording.note("startup", Given.bytes("user=ci"));
            recording.note("sync", Given.NOTHING);
            recording.request(1, new Operation(Operation.Kind.EXECUTE, 7), Given.bytes("Execute"));
            recording.requestData(1, Given.bytes("CopyData"));
            recording.response(1, Given.bytes("DataRow"));
            recording.outcome(1, Outcome.failed("42P01"), 3, Given.bytes("ErrorResponse"));
            recording.end("the client left");
          });
      Given.await(recorder.flush());
    }
    Path file = Given.file(settings, Given.SESSION, 1);
    List<Line> lines = Given.read(file);
    assertThat(lines).hasSize(8);
    assertThat(((Line.Header) lines.get(0)).opened()).isEqualTo(Given.OPENED);
    assertThat(((Line.Note) lines.get(1)).kind()).isEqualTo("startup");
    assertThat(lines.get(2).body()).isEqualTo(Body.EMPTY);
    Line.Request request = (Line.Request) lines.get(3);
    assertThat(request.kind()).isEqualTo("execute");
    assertThat(request.subject()).isEqualTo(7);
    Line.Result result = (Line.Result) lines.get(6);
    assertThat(result.code()).isEqualTo("42P01");
    assertThat(result.rows()).isEqualTo(3);
    assertThat(result.bytes()).isEqualTo("DataRow".length() + "ErrorResponse".length());
    Line.End end = (Line.End) lines.get(7);
    assertThat(end.reason()).isEqualTo("the client left");
    assertThat(end.interrupted()).isFalse();
    try (RecordingReader reader = RecordingReader.open(file)) {
      assertThat(reader.content(result.body(), 5)).isEqualTo("Error".getBytes(US_ASCII));
    }
  }

  @Test
  void lines_are_ascii_json_whatever_texts_come() throws Exception {
    RecordingSettings settings = Given.settings(directory);
    String wild = "\"\\\u0000\n\u001b[31m\ud800 \u00e9\u2028::error::";
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(
          () -> {
            recording.note(wild, Given.NOTHING);
            recording.request(1, Given.QUERY, Given.NOTHING);
            recording.outcome(1, Outcome.failed(wild), 0, Given.NOTHING);
            recording.end(wild.repeat(100));
          });
    }
    Path file = Given.file(settings, Given.SESSION, 1);
    for (byte b : Files.readAllBytes(file)) {
      assertThat(b == '\n' || (b >= ' ' && b <= '~')).isTrue();
    }
    List<Line> lines = Given.read(file);
    assertThat(((Line.Note) lines.get(1)).kind()).matches("[a-z0-9._-]{1,32}");
    assertThat(((Line.Result) lines.get(3)).code()).isEqualTo(wild);
    assertThat(((Line.End) lines.get(4)).reason()).startsWith(wild).hasSize(200);
  }

  @Test
  void a_response_past_the_capture_limit_is_counted_and_digested() throws Exception {
    RecordingSettings settings = Given.settings(directory).withCaptureBytes(10_000);
    byte[] response = new byte[300_000];
    new Random(1).nextBytes(response);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(() -> recording.request(1, Given.QUERY, Given.NOTHING));
      for (int at = 0; at < response.length; at += 30_000) {
        ByteBuffer piece = ByteBuffer.wrap(response, at, 30_000);
        lane.run(() -> recording.response(1, piece));
      }
      lane.run(() -> recording.outcome(1, Outcome.DONE, 9, Given.NOTHING));
    }
    Path file = Given.file(settings, Given.SESSION, 1);
    byte[] bodies = Files.readAllBytes(RecordingReader.bodiesOf(file));
    long seen = 0;
    for (Line line : Given.read(file)) {
      if (line instanceof Line.Response it) {
        assertThat(content(bodies, it.body()))
            .isEqualTo(Arrays.copyOfRange(response, (int) seen, (int) (seen + it.body().size())));
        seen += it.body().size();
        assertThat(seen).isLessThanOrEqualTo(10_000);
      } else if (line instanceof Line.Rest it) {
        assertThat(seen).isGreaterThanOrEqualTo(10_000);
        assertThat(it.body().sum())
            .isEqualTo(sum(bodies, it.body(), response, (int) seen, (int) it.body().size()));
        seen += it.body().size();
      } else if (line instanceof Line.Result it) {
        assertThat(it.bytes()).isEqualTo(response.length);
        assertThat(it.rows()).isEqualTo(9);
      }
    }
    assertThat(seen).isEqualTo(response.length);
  }

  @Test
  void a_last_piece_that_crosses_the_capture_limit_is_cut_there() throws Exception {
    RecordingSettings settings = Given.settings(directory).withCaptureBytes(5);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(
          () -> {
            recording.request(1, Given.QUERY, Given.NOTHING);
            recording.outcome(1, Outcome.DONE, 1, Given.bytes("12345"));
            recording.request(2, Given.QUERY, Given.NOTHING);
            recording.outcome(2, Outcome.DONE, 1, Given.bytes("123456"));
          });
    }
    List<Line> lines = Given.read(Given.file(settings, Given.SESSION, 1));
    assertThat(lines.get(2).body().size()).isEqualTo(5);
    assertThat(lines.get(4)).isInstanceOf(Line.Response.class);
    assertThat(lines.get(4).body().size()).isEqualTo(5);
    assertThat(lines.get(5)).isInstanceOf(Line.Rest.class);
    assertThat(lines.get(5).body().size()).isEqualTo(1);
    assertThat(((Line.Result) lines.get(6)).bytes()).isEqualTo(6);
  }

  @Test
  void a_changed_salt_of_what_was_not_kept_is_named_and_a_withheld_one_is_not() throws Exception {
    RecordingSettings settings = Given.settings(directory).withCaptureBytes(0);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(() -> recording.request(1, Given.QUERY, Given.NOTHING));
      lane.run(() -> recording.response(1, Given.bytes("123456")));
    }
    Path file = Given.file(settings, Given.SESSION, 1);
    Path salt = RecordingReader.bodiesOf(file);
    byte[] changed = Files.readAllBytes(salt);
    assertThat(changed).hasSize(16);

    Files.write(salt, new byte[16]);
    Given.read(file);
    changed[15] ^= 1;
    Files.write(salt, changed);

    assertThatThrownBy(() -> Given.read(file))
        .isInstanceOf(RecordingDamage.class)
        .hasMessageContaining("salt");
  }

  @Test
  void bodies_of_every_edge_size_come_back_whole() throws Exception {
    RecordingSettings settings = Given.settings(directory).withJournal(64 << 10, 16);
    int[] sizes = {1, 7, 8, 9, 4095, 30_000, 32_000, 65_535, 65_536, 65_537, 200_001};
    byte[] content = new byte[200_001];
    new Random(2).nextBytes(content);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      for (int i = 0; i < sizes.length; i++) {
        ByteBuffer body = ByteBuffer.allocateDirect(sizes[i]).put(content, 0, sizes[i]).flip();
        int number = i + 1;
        lane.run(() -> recording.request(number, Given.QUERY, body.asReadOnlyBuffer()));
        assertThat(body.position()).isZero();
        Given.await(recorder.flush());
      }
    }
    Path file = Given.file(settings, Given.SESSION, 1);
    byte[] bodies = Files.readAllBytes(RecordingReader.bodiesOf(file));
    List<Line> lines = Given.read(file);
    for (int i = 0; i < sizes.length; i++) {
      assertThat(content(bodies, lines.get(i + 1).body()))
          .isEqualTo(Arrays.copyOf(content, sizes[i]));
    }
  }

  @Test
  void an_event_larger_than_the_journal_is_refused_with_both_sizes_and_leaves_no_trace()
      throws Exception {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(
          () -> {
            assertThatThrownBy(
                    () -> recording.request(1, Given.QUERY, ByteBuffer.allocate(1 << 20)))
                .isInstanceOf(EvidenceException.class)
                .hasMessageMatching(
                    "an event takes \\d+ bytes of the journal, which has \\d+ .*number\\)");
            recording.request(1, Given.QUERY, Given.bytes("small"));
          });
    }
    assertThat(Given.read(Given.file(settings, Given.SESSION, 1))).hasSize(3);
  }

  @Test
  void nothing_can_be_recorded_after_the_end_and_a_second_end_does_nothing() {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(
          () -> {
            recording.end("over");
            recording.end("again");
            assertThatThrownBy(() -> recording.note("late", Given.NOTHING))
                .isInstanceOf(EvidenceException.class);
          });
    }
  }

  @Test
  void closing_ends_what_is_open_as_interrupted_and_leaves_no_thread() throws Exception {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      lane.open(Given.SESSION, 1);
    }
    List<Line> lines = Given.read(Given.file(settings, Given.SESSION, 1));
    Line.End end = (Line.End) lines.get(1);
    assertThat(end.interrupted()).isTrue();
    assertThat(end.found()).isEmpty();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("stepgate-scribe"));
    assertThat(Given.recorder(settings).recovery().interrupted()).isEmpty();
  }

  @Test
  void a_second_recorder_is_refused_in_this_process_and_the_first_goes_on() {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings)) {
      assertThatThrownBy(() -> Given.recorder(settings))
          .isInstanceOf(EvidenceException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("this very process");
      assertThat(recorder.failure()).isEmpty();
    }
    Given.recorder(settings).close();
  }

  @Test
  void heads_of_a_session_come_once_all_of_its_recordings_have_ended() throws Exception {
    RecordingSettings settings = Given.settings(directory);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane one = new Given.TestLane(recorder, 0);
        Given.TestLane two = new Given.TestLane(recorder, 1)) {
      Recording first = one.open(Given.SESSION, 1);
      Recording second = two.open(Given.SESSION, 2);
      one.run(() -> first.end("done"));
      var heads = recorder.heads(Given.SESSION).toCompletableFuture();
      Given.await(recorder.flush());
      assertThat(heads).isNotDone();
      two.run(() -> second.end("done"));

      assertThat(Given.await(heads))
          .containsExactly(
              Given.head(Given.file(settings, Given.SESSION, 1)),
              Given.head(Given.file(settings, Given.SESSION, 2)));
      assertThat(Given.await(recorder.heads(Given.SESSION))).isEqualTo(heads.get());
      assertThat(Given.await(recorder.heads(Given.session(9)))).isEmpty();
    }
  }

  @Test
  void heads_are_reported_while_a_recording_advances_and_at_its_end() throws Exception {
    RecordingSettings defaults = Given.settings(directory);
    RecordingSettings settings =
        new RecordingSettings(
            directory,
            Durability.PROCESS,
            defaults.segmentBytes(),
            defaults.segmentsPerLane(),
            defaults.captureBytes(),
            Duration.ofMillis(1));
    List<Head> heard = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch first = new CountDownLatch(1);
    HeadListener listener =
        head -> {
          heard.add(head);
          first.countDown();
        };
    try (Recorder recorder = Recorder.start(settings, listener, InstantSource.system());
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
      lane.run(() -> recording.end("done"));
    }
    assertThat(heard.get(0).last()).isFalse();
    assertThat(heard.get(0).lines()).isEqualTo(1);
    assertThat(heard.get(heard.size() - 1))
        .isEqualTo(Given.head(Given.file(settings, Given.SESSION, 1)));
  }

  @Test
  void a_listener_that_refuses_a_head_stops_the_recorder() {
    HeadListener listener =
        head -> {
          throw new IllegalStateException("the log is full");
        };
    try (Recorder recorder =
            Recorder.start(Given.settings(directory), listener, InstantSource.system());
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      Recording other = lane.open(Given.SESSION, 2);
      lane.run(() -> recording.end("done"));
      assertThatThrownBy(() -> Given.await(recorder.heads(Given.SESSION)))
          .isInstanceOf(EvidenceException.class);
      assertThatThrownBy(() -> lane.run(() -> other.note("x", Given.NOTHING)))
          .hasMessageContaining("the log is full");
    }
  }

  @Test
  void two_lanes_write_one_session_without_mixing() throws Exception {
    RecordingSettings settings = Given.settings(directory);
    SessionId session = Given.SESSION;
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane one = new Given.TestLane(recorder, 0);
        Given.TestLane two = new Given.TestLane(recorder, 1)) {
      List<Recording> recordings = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        recordings.add((i % 2 == 0 ? one : two).open(session, i + 1));
      }
      for (int round = 1; round <= 50; round++) {
        long number = round;
        one.run(() -> say(recordings, 0, number));
        two.run(() -> say(recordings, 1, number));
      }
    }
    for (int i = 0; i < 20; i++) {
      Path file = Given.file(settings, session, i + 1);
      byte[] bodies = Files.readAllBytes(RecordingReader.bodiesOf(file));
      List<Line> lines = Given.read(file);
      assertThat(lines).hasSize(102);
      for (int round = 1; round <= 50; round++) {
        assertThat(content(bodies, lines.get(2 * round - 1).body()))
            .isEqualTo(("select " + i + ", " + round).getBytes(US_ASCII));
      }
    }
  }

  private static void say(List<Recording> recordings, int first, long number) {
    for (int i = first; i < recordings.size(); i += 2) {
      recordings.get(i).request(number, Given.QUERY, Given.bytes("select " + i + ", " + number));
      recordings.get(i).outcome(number, Outcome.DONE, 1, Given.bytes("row"));
    }
  }

  private static byte[] content(byte[] bodies, Body body) {
    int from = (int) body.contentAt();
    return Arrays.copyOfRange(bodies, from, from + (int) body.size());
  }

  private static String sum(byte[] bodies, Body body, byte[] content, int from, int length)
      throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(bodies, (int) body.at(), Salts.BYTES);
    sha256.update(content, from, length);
    return Base64.getEncoder().encodeToString(sha256.digest());
  }
}
