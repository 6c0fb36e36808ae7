package dev.stepgate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.note.SigningKey;
import dev.stepgate.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateVerifierTest {

  @TempDir private Path directory;

  @Test
  void a_sealed_session_is_verified_with_its_seal_line() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine line = given.session(1, 2, 3);

      Report report = given.verify(Claim.of(ProofLine.parse(line.text())));

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
      SessionReport session = report.sessions().get(0);
      assertThat(session.state()).isEqualTo(SessionReport.State.SEALED);
      assertThat(session.recordings()).isEqualTo(2);
      assertThat(session.operations()).isEqualTo(6);
      assertThat(session.refused()).isEqualTo(2);
      assertThat(session.isolation()).isEqualTo("user");
      assertThat(report.claims()).singleElement().asString().contains("seal line");
    }
  }

  @Test
  void without_a_key_it_is_only_self_consistent() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      Report report = Verifier.verify(given.state, Optional.empty(), List.of());
      assertThat(report.verdict()).isEqualTo(Verdict.SELF_CONSISTENT_ONLY);
      assertThat(report.verdict().exitCode()).isNotZero();
    }
  }

  @Test
  void a_key_of_another_log_is_refused() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      SigningKey other = SigningKey.generate("stepgate/other", new SecureRandom());
      Report report = Verifier.verify(given.state, Optional.of(other.verifier()), List.of());
      assertFails(report, "--key", "is the key of another log");
    }
  }

  @Test
  void another_key_of_the_same_name_verifies_nothing() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      SigningKey other = SigningKey.generate(given.verifier().name(), new SecureRandom());
      Report report = Verifier.verify(given.state, Optional.of(other.verifier()), List.of());
      assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(report.findings()).anyMatch(f -> f.problem().contains("is not signed by"));
    }
  }

  @Test
  void a_live_session_verifies_and_is_said_to_be_open() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      Session session = given.open(2);
      given.record(session, 1, 5, false);
      given.flush();

      Report report = given.verify();

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(report.sessions().get(1).state()).isEqualTo(SessionReport.State.OPEN);
      assertThat(report.sessions().get(1).operations()).isEqualTo(5);
      assertThat(report.remarks()).anyMatch(remark -> remark.contains("is open"));
    }
  }

  @Test
  void a_removed_session_a_removed_recording_and_removed_bodies_differ() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 2, 2);
      String session = "recordings/" + GivenState.id(1);

      Path gone = copyOf(given, "bodies");
      Files.delete(gone.resolve(session).resolve("0002.bodies"));
      Report withheld = verify(given, gone);
      assertThat(withheld.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(withheld.withheldBodies()).isEqualTo(5);
      assertThat(withheld.sessions().get(0).withheld())
          .startsWith(session + "/0002.bodies, line 2")
          .hasSize(5);

      Path recording = copyOf(given, "recording");
      Files.delete(recording.resolve(session).resolve("0001.jsonl"));
      assertFails(verify(given, recording), session + "/0001.jsonl", "is missing");

      Path whole = copyOf(given, "session");
      try (var files = Files.list(whole.resolve(session))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(whole.resolve(session));
      assertFails(verify(given, whole), session + "/", "is missing: the log knows 2 recordings");
    }
  }

  @Test
  void a_cut_tail_and_a_surplus_tail_are_named_with_both_heads() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 2);
      String file = "recordings/" + GivenState.id(1) + "/0001.jsonl";
      byte[] whole = Files.readAllBytes(given.state.resolve(file));

      Path cut = copyOf(given, "cut");
      int end = new String(whole, UTF_8).lastIndexOf('\n', whole.length - 2) + 1;
      Files.write(cut.resolve(file), Arrays.copyOf(whole, end));
      Report report = verify(given, cut);
      assertFails(report, file, "the tail was cut");
      assertThat(report.findings().get(0).place()).isEqualTo("line 7");
      assertThat(report.findings().get(0).expected().orElseThrow()).startsWith("7 lines with head");
      assertThat(report.findings().get(0).found().orElseThrow()).startsWith("6 lines with head");

      Path surplus = copyOf(given, "surplus");
      Files.write(surplus.resolve(file), "{\"t\":1}".getBytes(UTF_8), StandardOpenOption.APPEND);
      assertFails(verify(given, surplus), file, "surplus");
    }
  }

  @Test
  void a_cut_tail_of_an_open_session_is_named_by_its_last_head() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      Session session = given.open(1);
      given.record(session, 1, 2, false);
      given.flush();
      Path file =
          given.state.resolve("recordings").resolve(session.id().value()).resolve("0001.jsonl");
      given.log.append(HeadReached.of(session.id() + "/0001", 6, headOf(file, 6), false)).join();
      assertThat(given.verify().verdict()).isEqualTo(Verdict.VERIFIED);

      Path cut = copyOf(given, "cut");
      Path cutFile = cut.resolve(given.state.relativize(file).toString());
      byte[] bytes = Files.readAllBytes(cutFile);
      Files.write(cutFile, Arrays.copyOf(bytes, bytes.length - 1));
      assertFails(verify(given, cut), given.state.relativize(file).toString(), "tail was cut");
    }
  }

  @Test
  void files_and_sessions_that_the_log_does_not_know_are_named() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      String session = "recordings/" + GivenState.id(1);

      Path copy = copyOf(given, "surplus");
      Files.copy(
          copy.resolve(session).resolve("0001.jsonl"), copy.resolve(session).resolve("0002.jsonl"));
      assertFails(verify(given, copy), session + "/0002.jsonl", "is surplus");

      copy = copyOf(given, "unknown");
      Files.writeString(copy.resolve(session).resolve("notes.txt"), "x");
      assertFails(verify(given, copy), session + "/notes.txt", "is no file of");

      copy = copyOf(given, "session");
      Files.createDirectory(copy.resolve("recordings").resolve(GivenState.id(9).value()));
      assertFails(
          verify(given, copy), "recordings/" + GivenState.id(9), "the log knows no such session");
    }
  }

  @Test
  void an_old_state_fails_a_later_seal_line() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      Path old = copyOf(given, "old");
      ProofLine later = given.session(2, 1, 1);
      assertThat(given.verify(Claim.of(later)).verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(verify(given, old).verdict()).isEqualTo(Verdict.VERIFIED);

      Report report = Verifier.verify(old, Optional.of(given.verifier()), List.of(Claim.of(later)));

      assertFails(report, "--checkpoint", "an old state was restored");
    }
  }

  @Test
  void a_forged_seal_line_fails() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine line = given.session(1, 1, 1);
      ProofLine other = given.session(2, 1, 2);
      ProofLine forged = new ProofLine(line.session(), other.heads(), line.checkpoint());
      assertFails(given.verify(Claim.of(forged)), "--checkpoint", "have other heads");
      ProofLine early = new ProofLine(other.session(), other.heads(), line.checkpoint());
      assertFails(given.verify(Claim.of(early)), "--checkpoint", "hold no ending of session");
    }
  }

  @Test
  void a_leaf_after_the_ending_is_named() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      long index =
          given
              .log
              .append(HeadReached.of(GivenState.id(1) + "/0001", 99, "00".repeat(32), false))
              .join()
              .index();
      Report report = given.verify();
      assertFails(report, "log/tile/entries/000.p/" + (index + 1), "had ended with leaf");
      assertThat(report.findings().get(0).place()).isEqualTo("leaf " + index);
    }
  }

  @Test
  void a_later_kind_of_leaf_is_counted_and_changes_nothing() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      given.log.append("{\"kind\":\"approval\",\"by\":\"alice\"}".getBytes(UTF_8)).join();
      Report report = given.verify();
      assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(report.remarks()).anyMatch(remark -> remark.contains("\"approval\""));

      given.log.append("not a record".getBytes(UTF_8)).join();
      assertThat(given.verify().findings().get(0).problem()).contains("is no record of the log");
    }
  }

  @Test
  void more_recordings_than_an_ending_repeats_are_held_by_their_own_heads() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine line = given.session(1, 70, 1);
      Report report = given.verify(Claim.of(line));
      assertThat(report.findings()).isEmpty();
      assertThat(report.sessions().get(0).recordings()).isEqualTo(70);
    }
  }

  @Test
  void an_interrupted_session_verifies() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      Session session = given.open(1);
      given.record(session, 1, 2, true);
      given.seal(session, Optional.of("the gateway died"));
      Report report = given.verify();
      assertThat(report.findings()).isEmpty();
      assertThat(report.sessions().get(0).state()).isEqualTo(SessionReport.State.INTERRUPTED);
    }
  }

  private Path copyOf(GivenState given, String name) throws IOException {
    return GivenState.copy(given.state, directory.resolve(name));
  }

  private static Report verify(GivenState given, Path state) {
    return Verifier.verify(state, Optional.of(given.verifier()), List.of());
  }

  private static String headOf(Path file, int lines) throws IOException {
    byte[] head = new byte[32];
    List<String> all = Files.readAllLines(file);
    for (String line : all.subList(0, lines)) {
      var digest = dev.stepgate.audit.tree.TreeHash.sha256();
      digest.update(head);
      head = digest.digest(line.getBytes(UTF_8));
    }
    return java.util.HexFormat.of().formatHex(head);
  }

  static void assertFails(Report report, String file, String problem) {
    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.findings()).isNotEmpty();
    assertThat(report.findings().get(0).file()).isEqualTo(file);
    assertThat(report.findings().get(0).problem()).contains(problem);
  }
}
