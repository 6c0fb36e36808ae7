package dev.stepgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.tree.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A build log holds lines of Stepgate's and whatever a job printed. The job wants good evidence to
 * fail; whoever rewrites the log wants the true line to be overlooked.
 */
class DisputedLinesTest {

  private static final Hash NONSENSE = Hash.parseHex("ab".repeat(Hash.BYTES));

  @TempDir private Path directory;

  @Test
  void an_invented_line_beside_the_true_one_cannot_make_good_evidence_fail() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine right = given.session(1, 1, 2);
      ProofLine root = invented(right, right.heads(), right.checkpoint().size(), NONSENSE);
      ProofLine heads = new ProofLine(right.session(), NONSENSE, right.checkpoint());

      for (ProofLine wrong : List.of(root, heads)) {
        for (Report report : both(given, right, wrong)) {
          assertThat(report.verdict()).isEqualTo(Verdict.DISPUTED);
          assertThat(report.findings()).isEmpty();
          assertThat(report.claims()).hasSize(1);
          assertThat(report.disputes())
              .singleElement()
              .matches(
                  dispute -> dispute.place().equals("seal line of session " + right.session()));
        }
      }
    }
  }

  @Test
  void a_line_that_says_the_session_ended_before_it_did_is_disputed_too() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine right = given.session(1, 1, 2);
      Hash early = new LogReader(given.state.resolve("log")).proofs(3).root(1);

      Report report =
          given.verify(Claim.of(right), Claim.of(invented(right, right.heads(), 1, early)));

      assertThat(report.verdict()).isEqualTo(Verdict.DISPUTED);
      assertThat(report.disputes().get(0).problem()).contains("hold no ending of session");
    }
  }

  @Test
  void a_line_that_is_contradicted_with_no_true_one_beside_it_fails() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine right = given.session(1, 1, 2);
      ProofLine wrong = invented(right, right.heads(), right.checkpoint().size(), NONSENSE);

      for (Report report : both(given, wrong)) {
        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(report.findings().get(0).problem()).contains("history was rewritten");
      }
    }
  }

  @Test
  void a_rewritten_log_is_not_verified_by_a_line_that_a_job_printed_for_it() throws IOException {
    ProofLine right;
    try (GivenState before = GivenState.in(directory.resolve("before"))) {
      right = before.session(1, 1, 2);
    }
    try (GivenState rewritten = GivenState.in(directory.resolve("rewritten"))) {
      ProofLine planted = rewritten.session(1, 1, 1);
      assertThat(planted.checkpoint()).isNotEqualTo(right.checkpoint());

      for (Report report : both(rewritten, right)) {
        assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
      }
      for (Report report : both(rewritten, right, planted)) {
        assertThat(report.verdict()).isEqualTo(Verdict.DISPUTED);
      }
    }
  }

  @Test
  void a_line_of_a_session_that_the_log_does_not_know_fails_a_state_directory() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine right = given.session(1, 1, 2);
      ProofLine removed =
          new ProofLine(GivenState.id(9).value(), right.heads(), right.checkpoint());

      Report report = given.verify(Claim.of(right), Claim.of(removed));

      assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(report.findings().get(0).problem()).contains("hold no ending of session");
    }
  }

  @Test
  void lines_of_other_steps_and_other_logs_do_not_matter_to_a_bundle() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine right = given.session(1, 1, 2);
      Path bundle = export(given);
      ProofLine later = given.session(2, 1, 1);
      ProofLine foreign =
          new ProofLine(
              GivenState.id(3).value(), NONSENSE, new Checkpoint("stepgate/other", 7, NONSENSE));

      Report report = verify(given, bundle, right, later, foreign);

      assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(report.remarks())
          .anyMatch(remark -> remark.contains(later.session() + " cannot be judged here"))
          .anyMatch(remark -> remark.contains(foreign.session() + " is another log's"));
      assertThat(verify(given, bundle, foreign).verdict()).isEqualTo(Verdict.FAILED);
      assertThat(verify(given, bundle, later).verdict()).isEqualTo(Verdict.FAILED);
    }
  }

  @Test
  void a_signed_checkpoint_that_does_not_hold_fails_whatever_lines_do() throws IOException {
    try (GivenState given = GivenState.in(directory.resolve("given"));
        GivenState other = GivenState.in(directory.resolve("other"))) {
      ProofLine right = given.session(1, 1, 2);
      other.session(1, 1, 1);
      Claim stranger = Claim.of(Files.readAllBytes(other.state.resolve("log/checkpoint")));

      Report report = given.verify(Claim.of(right), stranger);

      assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    }
  }

  /** The state directory's report and a bundle's. */
  private List<Report> both(GivenState given, ProofLine... lines) throws IOException {
    Path bundle = export(given);
    return List.of(
        given.verify(Stream.of(lines).map(Claim::of).toArray(Claim[]::new)),
        verify(given, bundle, lines));
  }

  private Path export(GivenState given) throws IOException {
    Path bundle = given.state.resolveSibling("bundle");
    Files.deleteIfExists(bundle);
    new BundleWriter(given.state, GivenState.id(1).value()).write(bundle);
    return bundle;
  }

  private static Report verify(GivenState given, Path bundle, ProofLine... lines) {
    List<Claim> claims = Stream.of(lines).map(Claim::of).toList();
    return Verifier.verify(bundle, Optional.of(given.verifier()), claims);
  }

  private static ProofLine invented(ProofLine like, Hash heads, long size, Hash root) {
    return new ProofLine(
        like.session(), heads, new Checkpoint(like.checkpoint().origin(), size, root));
  }
}
