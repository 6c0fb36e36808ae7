package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody with the disk, or even with the key, may do afterwards; each is named. */
@EndToEnd
class EvidenceAttacksTest {

  private static final String PASSWORD = Machine.secret();
  private static PostgresServer server;
  private static Gateway gateway;
  private static Sealed first;
  private static Sealed second;
  private static Path afterFirst;

  private Path attacked;

  @BeforeAll
  static void record() {
    server = PostgresServer.start();
    server.database("orders", "ci", PASSWORD);
    gateway = Gateway.before(server, "orders", "ci", PASSWORD);
    first = session(gateway, "SELECT 'the first session'");
    afterFirst = Machine.directory("after-first");
    copy(gateway.state().getParent(), afterFirst);
    second = session(gateway, "SELECT 'the second session'");
  }

  @AfterAll
  static void remove() {
    Machine.remove(afterFirst);
    gateway.close();
    server.close();
  }

  @BeforeEach
  void copyState() {
    attacked = Machine.directory("attacked");
    copy(gateway.state().getParent(), attacked);
  }

  @AfterEach
  void removeCopy() {
    Machine.remove(attacked);
  }

  @Test
  void what_nobody_touched_is_verified_with_the_key_and_the_build_logs_lines() {
    Ran ran = verify(state(), "--checkpoint", proofs(first, second).toString());

    assertThat(ran.ok().out()).contains("VERIFIED");
  }

  @ParameterizedTest
  @CsvSource({
    "recordings, 0001.jsonl",
    "recordings, 0001.bodies",
    "log/tile/0, 000.p",
    "log/tile/entries, 000.p",
    "log, checkpoint"
  })
  void one_flipped_bit_is_named_with_its_file(String directory, String name) throws IOException {
    Path file = find(state().resolve(directory), name);
    flip(file);

    assertFailed(verify(state()), directory.contains("tile") ? "tile" : name);
  }

  @Test
  void a_recording_whose_last_line_is_cut_off_is_named() throws IOException {
    Path file = find(state().resolve("recordings"), "0001.jsonl");
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(0, lines.size() - 1));

    assertFailed(verify(state()), "0001");
  }

  @Test
  void a_removed_session_is_named() {
    Machine.remove(state().resolve("recordings").resolve(first.session()));

    assertFailed(verify(state()), first.session());
  }

  @Test
  void a_session_that_nobody_logged_is_named() {
    String invented = "01K8Z3V9QH4M2T7C5R1XW0E6JA";
    copy(
        state().resolve("recordings").resolve(first.session()),
        state().resolve("recordings").resolve(invented));

    assertFailed(verify(state()), invented);
  }

  @Test
  void a_log_cut_back_to_an_older_checkpoint_is_caught_by_a_later_build_logs_line() {
    Path old = afterFirst.resolve(gateway.state().getFileName());

    assertThat(verify(old).exit()).as("alone the old state is consistent").isZero();
    assertFailed(verify(old, "--checkpoint", proofs(second).toString()), "checkpoint");
  }

  @Test
  void a_gateway_does_not_go_on_from_an_old_state_that_was_restored() {
    copy(afterFirst.resolve(gateway.state().getFileName()).resolve("log"), attackedLog());
    Ran ran =
        Gateway.before(server, "orders", "ci", PASSWORD).state(state()).exec("echo", "begun").run();

    assertThat(ran.exit()).isNotZero();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("log.key.last");
  }

  @Test
  void a_log_that_was_forked_with_its_own_key_is_caught_by_the_other_branchs_line() {
    Gateway forked =
        Gateway.before(server, "orders", "ci", PASSWORD)
            .state(afterFirst.resolve(gateway.state().getFileName()));
    Path fork = Machine.directory("fork");
    copy(afterFirst, fork);
    forked.state(fork.resolve(gateway.state().getFileName()));
    session(forked, "SELECT 'another second session'");

    assertThat(forked.verify().exit()).as("alone the fork is consistent").isZero();
    assertFailed(forked.verify("--checkpoint", proofs(second).toString()), "history was rewritten");
    Machine.remove(fork);
    forked.close();
  }

  @Test
  void a_bundle_is_verified_with_no_network_and_no_state() {
    Path bundle = export(state(), first.session());
    Machine.remove(state());

    Ran ran = verify(bundle, "--checkpoint", proofs(first).toString());

    assertThat(ran.ok().out()).contains("VERIFIED");
    if (Machine.root()) {
      List<String> alone = new ArrayList<>(List.of("unshare", "--net", "--"));
      alone.addAll(ran.command());
      assertThat(Program.of(alone).run().ok().out()).contains("VERIFIED");
    }
  }

  @Test
  void every_part_of_a_bundle_is_covered() throws IOException {
    byte[] whole = Files.readAllBytes(export(state(), first.session()));
    Path bundle = attacked.resolve("flipped");
    for (int n = 1; n <= 12; n++) {
      byte[] flipped = whole.clone();
      flipped[(int) (n * (long) whole.length / 13)] ^= 4;
      Files.write(bundle, flipped);

      Ran ran = verify(bundle);

      assertThat(ran.exit()).as("byte " + n + "/13: " + ran).isEqualTo(1);
      assertThat(ran.out()).contains("FAILED").doesNotContain("VERIFIED");
    }
  }

  @Test
  void a_bundle_that_was_signed_anew_with_another_key_is_never_verified() {
    try (Gateway forger = Gateway.before(server, "orders", "ci", PASSWORD)) {
      Sealed forged = session(forger, "SELECT 'the first session'");
      Path bundle = export(forger.state(), forged.session());

      Ran withKey = verify(bundle);
      Ran without = gateway.cli("verify", bundle.toString()).run();

      assertThat(withKey.exit()).isEqualTo(1);
      assertThat(withKey.out()).contains("FAILED").doesNotContain("VERIFIED");
      assertThat(without.exit()).isEqualTo(3);
      assertThat(without.out()).contains("SELF-CONSISTENT ONLY").doesNotContain("VERIFIED");
    }
  }

  @Test
  void a_withheld_body_leaves_the_verdict_and_is_listed() throws IOException {
    Path file = find(state().resolve("recordings").resolve(first.session()), "0001.jsonl");
    RecordingFile.Event request = RecordingFile.read(file).all("request").get(0);
    Path bodies = file.resolveSibling("0001.bodies");
    try (RandomAccessFile out = new RandomAccessFile(bodies.toFile(), "rw")) {
      out.seek(request.json().get("at").longValue());
      out.write(new byte[16 + request.json().get("size").intValue()]);
    }

    Ran ran = verify(state());

    assertThat(ran.ok().out()).contains("VERIFIED").containsIgnoringCase("withheld");
  }

  @Test
  void all_bodies_may_be_withheld_from_a_bundle() {
    Path bundle = export(state(), first.session(), "--without-bodies");

    Ran ran = verify(bundle);

    assertThat(ran.ok().out()).contains("VERIFIED").containsIgnoringCase("withheld");
    assertThat(Program.of("grep", "-c", "the first session", bundle.toString()).run().exit())
        .isEqualTo(1);
  }

  @Test
  void a_tlog_tiles_checker_of_others_reads_the_log() {
    assumeTrue(ClientPrograms.hasGo(), "no go on this machine, so there is no other checker");
    Path key = keys().resolve("log.key.pub");

    Ran right =
        Program.of(ClientPrograms.tlogCheck()).with("LOG", log()).with("KEY", text(key)).run();
    long size = LogEntries.below(state()).size();
    flip(state().resolve("log/tile/0/000.p/" + size));
    Ran wrong =
        Program.of(ClientPrograms.tlogCheck()).with("LOG", log()).with("KEY", text(key)).run();

    assertThat(right.ok().out()).contains("agrees");
    assertThat(wrong.exit()).isNotZero();
  }

  private static Sealed session(Gateway gateway, String sql) {
    Ran ran = gateway.exec("psql", "-XAtqc", sql).run().ok();
    return new Sealed(ran.exit(), ran.err());
  }

  private Ran verify(Path what, String... more) {
    List<String> words = new ArrayList<>(List.of("verify", what.toString()));
    words.addAll(List.of("--key", gateway.keys().resolve("log.key.pub").toString()));
    words.addAll(List.of(more));
    return gateway.cli(words.toArray(String[]::new)).run();
  }

  private Path export(Path state, String session, String... more) {
    Path bundle = attacked.resolve(session + ".stepgate");
    List<String> words = new ArrayList<>(List.of("sessions", "export", session));
    words.addAll(List.of("--state", state.toString(), "--output", bundle.toString()));
    words.addAll(List.of(more));
    gateway.cli(words.toArray(String[]::new)).run().ok();
    return bundle;
  }

  private static void assertFailed(Ran ran, String named) {
    assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
    assertThat(ran.out()).contains("FAILED", named).doesNotContain("VERIFIED");
  }

  /** A build log that holds the sessions' proof lines among others. */
  private Path proofs(Sealed... sessions) {
    StringBuilder log = new StringBuilder("Started by user alice\n+ psql -f migrate.sql\n");
    Stream.of(sessions).forEach(ending -> log.append(ending.proof()).append('\n'));
    try {
      return Files.writeString(attacked.resolve("build.log"), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path state() {
    return attacked.resolve(gateway.state().getFileName());
  }

  private Path keys() {
    return attacked.resolve(gateway.keys().getFileName());
  }

  private String log() {
    return state().resolve("log").toString();
  }

  private Path attackedLog() {
    Machine.remove(state().resolve("log"));
    return state().resolve("log");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path find(Path directory, String name) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("/" + name))
          .sorted()
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Flips one bit in the middle of a file. */
  private static void flip(Path file) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "rw")) {
      long middle = in.length() / 2;
      in.seek(middle);
      int old = in.read();
      in.seek(middle);
      in.write(old ^ 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    String words = "mkdir -p '%2$s' && cp -a '%1$s'/. '%2$s'".formatted(from, to);
    Program.of("sh", "-c", words).run().ok();
  }
}
