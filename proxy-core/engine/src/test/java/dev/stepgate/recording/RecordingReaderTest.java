package dev.stepgate.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.operation.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingReaderTest {

  private static final int FUZZ_INPUTS = Integer.getInteger("stepgate.fuzz.inputs", 20_000);

  @TempDir private Path directory;
  private Path file;
  private String lines;
  private byte[] bodies;
  private Head head;

  @BeforeEach
  void given_a_recording() throws Exception {
    RecordingSettings settings = Given.settings(directory).withCaptureBytes(20);
    try (Recorder recorder = Given.recorder(settings);
        Given.TestLane lane = new Given.TestLane(recorder, 0)) {
      Recording recording = lane.open(Given.SESSION, 1);
      lane.run(
          () -> {
            recording.note("startup", Given.bytes("user"));
            recording.request(1, Given.QUERY, Given.bytes("select 1"));
            recording.requestData(1, Given.bytes("some data"));
            recording.response(1, Given.bytes("x".repeat(30)));
            recording.outcome(1, Outcome.failed("42P01"), 3, Given.NOTHING);
            recording.request(2, Given.QUERY, Given.bytes("select 2"));
            recording.outcome(2, Outcome.refused("rule"), 0, Given.bytes("no"));
            recording.end("done");
          });
    }
    file = Given.file(settings, Given.SESSION, 1);
    lines = Files.readString(file);
    bodies = Files.readAllBytes(RecordingReader.bodiesOf(file));
    head = Given.head(file);
  }

  @Test
  void a_flipped_bit_of_any_body_is_named_by_its_line() throws Exception {
    List<Line> read = Given.read(file);
    for (int at = 0; at < bodies.length; at++) {
      byte[] changed = bodies.clone();
      changed[at] ^= (byte) (1 << at % 8);
      int bad = lineOf(read, at);
      Line line = read.get(bad - 1);
      boolean kept = line.body().state() == Body.State.PRESENT;
      String sum = kept ? line.body().sum() : ((Line.Rest) line).salt();
      assertThatThrownBy(() -> readAll(lines, changed))
          .isInstanceOf(RecordingDamage.class)
          .hasMessageStartingWith(
              "line " + bad + (kept ? ", sum" : ", salt") + ": expected " + sum);
    }
  }

  @Test
  void a_flipped_bit_of_any_line_is_damage_or_another_head() {
    byte[] bytes = lines.getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at < bytes.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << bit);
        try (RecordingReader reader = reader(changed, bodies)) {
          while (reader.next().isPresent()) {
            // To the end.
          }
          assertThat(reader.hash()).isNotEqualTo(head.hash());
        } catch (RecordingDamage named) {
          assertThat(named.line()).isBetween(1L, 10L);
        } catch (java.io.IOException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  @Test
  void withheld_bodies_are_told_from_damaged_ones_and_the_chain_holds() throws Exception {
    Redaction.withhold(file, line -> line instanceof Line.Request);
    try (RecordingReader reader = RecordingReader.open(file)) {
      List<Line> read = all(reader);
      assertThat(reader.hash()).isEqualTo(head.hash());
      assertThat(reader.withheld()).isEqualTo(2);
      assertThat(read.get(2).body().state()).isEqualTo(Body.State.WITHHELD);
      assertThat(read.get(1).body().state()).isEqualTo(Body.State.PRESENT);
      assertThat(reader.content(read.get(2).body(), 100)).isEmpty();
    }
    Files.delete(RecordingReader.bodiesOf(file));
    try (RecordingReader reader = RecordingReader.open(file)) {
      all(reader);
      assertThat(reader.hash()).isEqualTo(head.hash());
      assertThat(reader.withheld()).isEqualTo(6);
    }
  }

  @Test
  void a_bodies_file_that_is_too_short_or_too_long_is_damage() {
    byte[] longer = ByteBuffer.allocate(bodies.length + 1).put(bodies).array();
    assertThatThrownBy(() -> readAll(lines, longer))
        .hasMessage(
            "line 10, end: expected a bodies file of "
                + bodies.length
                + " bytes, found "
                + longer.length
                + " bytes");
    byte[] shorter =
        ByteBuffer.allocate(bodies.length - 1).put(bodies, 0, bodies.length - 1).array();
    assertThatThrownBy(() -> readAll(lines, shorter))
        .hasMessageStartingWith("line 9, at: expected a bodies file of at least");
  }

  @Test
  void a_line_that_is_gone_doubled_or_after_the_end_is_seen() throws Exception {
    List<String> all = lines.lines().toList();
    assertDamage(2, () -> readAll(join(without(all, 1)), bodies));
    assertDamage(4, () -> readAll(join(doubled(all, 2)), bodies));
    assertDamage(11, () -> readAll(lines + all.get(9) + "\n", bodies));
    List<String> cut = all.subList(0, 9);
    try (RecordingReader reader = reader(join(cut).getBytes(StandardCharsets.US_ASCII), bodies)) {
      all(reader);
      assertThat(reader.ended()).isFalse();
      assertThat(reader.hash()).isNotEqualTo(head.hash());
    }
  }

  @Test
  void what_a_later_version_adds_is_covered_by_the_chain_and_ignored() throws Exception {
    String more =
        lines
            .replace("\"note\":\"startup\"", "\"note\":\"startup\",\"new\":[{\"a\":[1.5e3,null]}]")
            .replace("\"durability\"", "\"masked\":true,\"durability\"");
    String odd = more.replaceFirst("\\{\"t\":\\d+,\"data\":1", "{\"t\":9,\"wind\":1");
    List<Line> read = readAll(odd, bodies);
    assertThat(read.get(3)).isInstanceOf(Line.Unknown.class);
    assertThat(read.get(3).body().state()).isEqualTo(Body.State.PRESENT);
    assertThatThrownBy(() -> readAll(lines.replace("recording\":1", "recording\":2"), bodies))
        .hasMessage(
            "line 1, stepgate-recording: expected version 1, which this reader knows, found version"
                + " 2");
  }

  @Test
  void a_line_that_is_no_proper_object_is_damage() {
    String[] bad = {
      "",
      " ",
      "[]",
      "{}",
      "{\"t\":1",
      "{\"t\":1}}",
      "{\"t\":01,\"note\":\"a\"}",
      "{\"t\":-1}",
      "{\"t\":1,\"t\":1,\"note\":\"a\"}",
      "{\"t\":\"1\",\"note\":\"a\"}",
      "{\"t\":1,\"note\":7}",
      "{\"t\":1,\"note\":\"\\x\"}",
      "{\"t\":1,\"note\":\"\\u00g0\"}",
      "{\"t\":1,\"note\":\"a",
      "{\"t\":1,\"note\":\"a\",\"at\":0}",
      "{\"t\":1,\"note\":\"\t\"}",
      "{\"t\":1e3,\"note\":\"a\"}",
      "{\"t\":1,\"x\":" + "[".repeat(9999) + "}",
      "{\"t\":99999999999999999999,\"note\":\"a\"}",
      "{\"t\":1,\"note\":\"" + "a".repeat(70_000) + "\"}"
    };
    String first = lines.lines().findFirst().orElseThrow();
    for (String line : bad) {
      assertDamage(2, () -> readAll(first + "\n" + line + "\n", bodies));
    }
  }

  @Test
  void a_recording_can_be_followed_while_it_grows_byte_by_byte() throws Exception {
    Path growing = directory.resolve("0001.jsonl");
    Path beside = RecordingReader.bodiesOf(growing);
    Files.write(growing, new byte[0]);
    int seen = 0;
    try (RecordingReader reader = RecordingReader.open(growing)) {
      assertThat(reader.next()).isEmpty();
      Files.write(beside, bodies);
      for (byte b : lines.getBytes(StandardCharsets.US_ASCII)) {
        Files.write(growing, new byte[] {b}, StandardOpenOption.APPEND);
        Optional<Line> next = reader.next();
        assertThat(next.isPresent()).isEqualTo(b == '\n');
        assertThat(reader.torn() > 0).isEqualTo(b != '\n');
        seen += next.isPresent() ? 1 : 0;
      }
      assertThat(seen).isEqualTo(10);
      assertThat(reader.ended()).isTrue();
      assertThat(reader.hash()).isEqualTo(head.hash());
    }
  }

  @Test
  void a_recording_is_read_from_a_stretch_of_a_larger_file() throws Exception {
    Path larger = directory.resolve("bundle");
    ByteBuffer content = ByteBuffer.allocate(bodies.length + 20).put(new byte[10]).put(bodies);
    Files.write(larger, content.array());
    try (RecordingReader reader =
        RecordingReader.of(
            Files.newInputStream(file),
            Bodies.stretch(FileChannel.open(larger), 10, bodies.length))) {
      assertThat(all(reader)).hasSize(10);
      assertThat(reader.withheld()).isZero();
    }
  }

  @Test
  void its_size_and_end_are_told_without_reading_it_whole() throws Exception {
    RecordingSummary summary = RecordingSummary.of(file);
    assertThat(summary.linesBytes()).isEqualTo(Files.size(file));
    assertThat(summary.bodiesBytes()).isEqualTo(bodies.length);
    assertThat(summary.header().target()).isEqualTo("orders-db");
    assertThat(summary.end().orElseThrow().operations()).isEqualTo(2);
    assertThat(summary.end().orElseThrow().refused()).isEqualTo(1);
  }

  @Test
  void any_bytes_make_lines_or_named_damage_and_nothing_else() throws Exception {
    Random random = new Random(8);
    byte[] bytes = lines.getBytes(StandardCharsets.US_ASCII);
    int whole = 0;
    for (int input = 0; input < FUZZ_INPUTS; input++) {
      byte[] changed = mutated(bytes, random);
      try (RecordingReader reader = reader(changed, bodies)) {
        all(reader);
        whole++;
      } catch (RecordingDamage named) {
        assertThat(named.line()).isPositive();
        assertThat(named.key()).isNotEmpty();
      }
    }
    assertThat(whole).isBetween(1, FUZZ_INPUTS - 1);
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(4)) {
        case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> changed[at] = (byte) "{}[]\",:\\0123456789-e.\n tfn".charAt(random.nextInt(26));
        case 2 -> {
          int to = random.nextInt(changed.length);
          int length = random.nextInt(changed.length - Math.max(at, to));
          System.arraycopy(bytes, at, changed, to, length);
        }
        default -> changed = java.util.Arrays.copyOf(changed, 1 + at);
      }
    }
    return changed;
  }

  private static int lineOf(List<Line> read, long at) {
    for (int i = 0; i < read.size(); i++) {
      Body body = read.get(i).body();
      if (body.region() > 0 && at < body.at() + body.region()) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("no line has a body at " + at);
  }

  private List<Line> readAll(String text, byte[] beside) throws Exception {
    try (RecordingReader reader = reader(text.getBytes(StandardCharsets.UTF_8), beside)) {
      return all(reader);
    }
  }

  private static List<Line> all(RecordingReader reader) throws Exception {
    List<Line> read = new ArrayList<>();
    for (Optional<Line> next = reader.next(); next.isPresent(); next = reader.next()) {
      read.add(next.get());
    }
    return read;
  }

  private static RecordingReader reader(byte[] text, byte[] beside) {
    return RecordingReader.of(
        new ByteArrayInputStream(text), new BytesAsBodies(ByteBuffer.wrap(beside)));
  }

  private static void assertDamage(long line, ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            RecordingDamage.class, damage -> assertThat(damage.line()).isEqualTo(line));
  }

  private static String join(List<String> all) {
    return all.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static List<String> without(List<String> all, int index) {
    List<String> less = new ArrayList<>(all);
    less.remove(index);
    return less;
  }

  private static List<String> doubled(List<String> all, int index) {
    List<String> more = new ArrayList<>(all);
    more.add(index, all.get(index));
    return more;
  }

  private record BytesAsBodies(ByteBuffer bytes) implements Bodies {
    @Override
    public boolean present() {
      return true;
    }

    @Override
    public long size() {
      return bytes.capacity();
    }

    @Override
    public int read(ByteBuffer into, long at) {
      if (at >= bytes.capacity()) {
        return -1;
      }
      int count = (int) Math.min(into.remaining(), bytes.capacity() - at);
      into.put(bytes.slice((int) at, count));
      return count;
    }

    @Override
    public void close() {}
  }
}
