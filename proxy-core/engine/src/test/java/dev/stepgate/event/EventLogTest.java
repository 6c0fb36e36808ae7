package dev.stepgate.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.audit.leaf.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {

  private static final Instant NOW = Instant.parse("2026-11-24T15:02:11.482Z");

  @TempDir private Path state;

  private final List<String> anchored = Collections.synchronizedList(new ArrayList<>());

  @Test
  void an_event_is_a_line_whose_chain_the_anchor_gets() throws Exception {
    try (EventLog log = log()) {
      log.recordNow(refusal("not-open"));
    }

    List<String> lines = lines(1);
    assertThat(lines)
        .containsExactly(
            "{\"stepgate-events\":1,\"gateway\":\"ci-east\",\"file\":1,\"opened\":\"2026-11-24T15:02:11.482Z\"}",
            "{\"event\":\"session-refused\",\"at\":\"2026-11-24T15:02:11.482Z\",\"code\":\"not-open\","
                + "\"connections\":[\"orders-db\"],\"verified\":{\"issuer\":\"local\"}}");
    assertThat(anchored).containsExactly("1 2 " + chain(lines));
  }

  @Test
  void what_was_recorded_is_in_the_file_before_the_caller_goes_on() throws Exception {
    try (EventLog log = log()) {
      log.recordNow(refusal("not-open"));

      assertThat(lines(1)).hasSize(2);
    }
  }

  @Test
  void a_gateway_that_refuses_nothing_makes_no_file_and_no_leaf() throws Exception {
    log().close();

    assertThat(new EventFiles(state).numbers()).isEmpty();
    assertThat(anchored).isEmpty();
  }

  @Test
  void the_next_gateway_begins_a_file_of_its_own() throws Exception {
    for (int i = 0; i < 2; i++) {
      try (EventLog log = log()) {
        log.recordNow(refusal("not-open"));
      }
    }

    assertThat(new EventFiles(state).numbers()).containsExactly(1, 2);
  }

  @Test
  void a_flood_of_one_kind_is_counted_and_hides_no_other_kind() throws Exception {
    int flood = Budget.BURST + 500;
    try (EventLog log = log()) {
      for (int i = 0; i < flood; i++) {
        log.recordNow(Event.of("login-failed").with("user", "mallory").build());
      }
      log.recordNow(refusal("not-open"));
    }

    List<Event> events = events(1);
    assertThat(events.stream().filter(event -> event.kind().equals("login-failed")))
        .hasSize(Budget.BURST);
    assertThat(events.stream().filter(event -> event.kind().equals("session-refused"))).hasSize(1);
    long counted =
        events.stream()
            .filter(event -> event.kind().equals("suppressed"))
            .mapToLong(event -> (Long) event.members().get("count"))
            .sum();
    assertThat(counted).isEqualTo(500);
  }

  @Test
  void long_lines_count_as_several_so_that_nobody_pushes_out_old_events_soon() {
    Budget budget = new Budget();
    long now = 0;
    int written = 0;
    for (int i = 0; i < 10 * Budget.BURST; i++) {
      written += budget.spend("session-refused", EventWriter.MAX_LINE - 1, now) ? 1 : 0;
    }

    assertThat((long) written * EventWriter.MAX_LINE)
        .isPositive()
        .isLessThanOrEqualTo((long) Budget.BURST * Budget.BYTES_PER_EVENT);
    assertThat(budget.suppressed())
        .containsExactly(Map.entry("session-refused", 10L * Budget.BURST - written));
  }

  @Test
  void a_full_file_is_committed_to_and_followed_by_another() throws Exception {
    EventWriter writer = new EventWriter(new EventFiles(state), "ci-east");
    Event large =
        Event.of("x")
            .with("texts", Collections.nCopies(Event.MAX_ELEMENTS, "y".repeat(500)))
            .build();
    int written = 0;
    while (!writer.full()) {
      writer.write(large, NOW);
      written++;
    }
    writer.anchor(anchor());
    writer.close();
    writer.write(large, NOW);
    writer.close();

    assertThat(lines(1)).hasSize(written + 1);
    assertThat(lines(2)).hasSize(2);
    assertThat(anchored).hasSize(1).first().asString().startsWith("1 " + (written + 1) + " ");
  }

  @Test
  void files_expire_only_where_what_is_left_fills_the_place() {
    long almost = EventFiles.MAX_BYTES - EventWriter.MAX_FILE_BYTES - EventWriter.MAX_LINE;

    assertThat(EventFiles.mayHaveExpired(0, 0)).isFalse();
    assertThat(EventFiles.mayHaveExpired(64, almost)).isFalse();
    assertThat(EventFiles.mayHaveExpired(64, almost + 1)).isTrue();
    assertThat(EventFiles.mayHaveExpired(EventFiles.MAX_FILES - 2, 1)).isFalse();
    assertThat(EventFiles.mayHaveExpired(EventFiles.MAX_FILES - 1, 1)).isTrue();
  }

  @Test
  void the_oldest_files_go_when_there_are_too_many_bytes() throws Exception {
    EventFiles files = new EventFiles(state);
    Files.createDirectories(state.resolve(EventFiles.DIRECTORY));
    for (int number = 1; number <= 3; number++) {
      Files.write(files.file(number), new byte[0]);
      try (var file = new java.io.RandomAccessFile(files.file(number).toFile(), "rw")) {
        file.setLength(EventFiles.MAX_BYTES / 2);
      }
    }

    assertThat(files.next(1)).isEqualTo(4);

    assertThat(files.numbers()).containsExactly(2, 3);
  }

  @Test
  void a_text_is_cut_and_a_line_that_is_too_long_keeps_its_single_values() throws Exception {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < Event.MAX_ELEMENTS; i++) {
      many.put("key" + i, "\u0001".repeat(Event.MAX_TEXT));
    }
    try (EventLog log = log()) {
      log.recordNow(
          Event.of("x")
              .with("code", "y".repeat(Event.MAX_TEXT + 1))
              .with("claimed", new TreeMap<>(many))
              .build());
    }

    Event read = events(1).get(0);
    assertThat(read.text("code")).hasSize(Event.MAX_TEXT).endsWith("y…");
    assertThat(read.members()).doesNotContainKey("claimed").containsKey("cut");
  }

  @Test
  void after_close_nothing_is_taken_and_no_thread_is_left() throws Exception {
    EventLog log = log();
    log.recordNow(refusal("not-open"));
    log.close();

    log.recordNow(refusal("not-open"));

    assertThat(lines(1)).hasSize(2);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("stepgate-events"));
  }

  @Test
  void a_directory_that_cannot_be_written_is_told_and_ends_nothing() throws Exception {
    Files.writeString(state.resolve(EventFiles.DIRECTORY), "a file where the directory belongs");
    try (EventLog log = log()) {
      log.recordNow(refusal("not-open"));

      assertThat(log.failure()).contains("events cannot be written");
    }
  }

  private EventLog log() {
    return new EventLog(state, "ci-east", anchor(), InstantSource.fixed(NOW), () -> 0L);
  }

  private EventAnchor anchor() {
    return (file, lines, head) -> anchored.add(file + " " + lines + " " + head);
  }

  private static Event refusal(String code) {
    return Event.of("session-refused")
        .with("code", code)
        .with("connections", List.of("orders-db"))
        .with("verified", new TreeMap<>(Map.of("issuer", "local")))
        .build();
  }

  private List<String> lines(int file) throws IOException {
    return Files.readAllLines(new EventFiles(state).file(file));
  }

  /** All but the header, as the reader reads them. */
  private List<Event> events(int file) throws IOException {
    List<Event> events = new ArrayList<>();
    try (EventReader reader = EventReader.open(new EventFiles(state).file(file))) {
      for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
        events.add(next.get());
      }
      assertThat(reader.head()).isEqualTo(chain(lines(file)));
    }
    return events.subList(1, events.size());
  }

  private static String chain(List<String> lines) {
    try {
      byte[] head = new byte[32];
      for (String line : lines) {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(head);
        head = digest.digest(line.getBytes(StandardCharsets.UTF_8));
        Json.decode(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(head);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
