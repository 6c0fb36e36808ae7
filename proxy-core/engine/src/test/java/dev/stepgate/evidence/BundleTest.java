package dev.stepgate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {

  @TempDir private Path directory;

  @Test
  void a_stranger_verifies_a_bundle_with_key_and_seal_line() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(7, 1, 1);
      ProofLine line = given.session(1, 2, 3);
      given.session(8, 1, 1);
      Path bundle = export(given, "a");

      Report report = verify(given, bundle, Claim.of(line));

      assertThat(report.findings()).isEmpty();
      assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(report.kind()).isEqualTo("bundle");
      assertThat(report.sessions()).hasSize(1);
      assertThat(report.sessions().get(0).operations()).isEqualTo(6);
      assertThat(report.claims()).hasSize(1);
      assertThat(Verifier.verify(bundle, Optional.empty(), List.of()).verdict())
          .isEqualTo(Verdict.SELF_CONSISTENT_ONLY);
    }
  }

  @Test
  void the_same_state_gives_the_same_bytes_and_other_tools_can_unpack_them() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 2, 1);
      Path bundle = export(given, "a");
      assertThat(export(given, "b")).hasSameBinaryContentAs(bundle);
      try (ZipFile zip = new ZipFile(bundle.toFile())) {
        assertThat(zip.stream().map(entry -> entry.getName()))
            .containsExactly(
                "manifest.json",
                "key.pub",
                "checkpoint",
                "seal.checkpoint",
                "leaves.jsonl",
                "recordings/0001.jsonl",
                "recordings/0001.bodies",
                "recordings/0002.jsonl",
                "recordings/0002.bodies");
        assertThat(zip.getInputStream(zip.getEntry("recordings/0001.jsonl")))
            .hasBinaryContent(
                Files.readAllBytes(
                    given.state.resolve("recordings/" + GivenState.id(1) + "/0001.jsonl")));
      }
    }
  }

  @Test
  void withheld_bodies_leave_it_verified_and_are_listed() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 2);
      Path all = directory.resolve("without.stepgate");
      new BundleWriter(given.state, GivenState.id(1).value()).withoutBodies().write(all);
      Report none = verify(given, all);
      assertThat(none.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(none.withheldBodies()).isEqualTo(5);

      Path copy = GivenState.copy(given.state, directory.resolve("withheld"));
      Path bodies = copy.resolve("recordings/" + GivenState.id(1) + "/0001.bodies");
      byte[] bytes = Files.readAllBytes(bodies);
      java.util.Arrays.fill(bytes, 0, 16 + "user=ci".length(), (byte) 0);
      Files.write(bodies, bytes);
      Path some = directory.resolve("some.stepgate");
      new BundleWriter(copy, GivenState.id(1).value()).write(some);
      Report one = verify(given, some);
      assertThat(one.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(one.sessions().get(0).withheld())
          .containsExactly("recordings/0001.bodies, line 2");

      bytes[3] = 1;
      Files.write(bodies, bytes);
      new BundleWriter(copy, GivenState.id(1).value()).write(some);
      StateVerifierTest.assertFails(verify(given, some), "recordings/0001.bodies", "is wrong");
    }
  }

  @Test
  void an_interrupted_session_and_one_without_recordings_are_exported_too() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      Session session = given.open(1);
      given.record(session, 1, 1, true);
      given.seal(session, Optional.of("the gateway died"));
      assertThat(verify(given, export(given, "a")).sessions().get(0).state())
          .isEqualTo(SessionReport.State.INTERRUPTED);

      given.seal(given.open(2), Optional.empty());
      Path empty = directory.resolve("empty.stepgate");
      new BundleWriter(given.state, GivenState.id(2).value()).write(empty);
      assertThat(verify(given, empty).verdict()).isEqualTo(Verdict.VERIFIED);
    }
  }

  @Test
  void more_recordings_than_an_ending_repeats_travel_with_their_heads() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      ProofLine line = given.session(1, 66, 1);
      Report report = verify(given, export(given, "a"), Claim.of(line));
      assertThat(report.findings()).isEmpty();
      assertThat(report.sessions().get(0).recordings()).isEqualTo(66);
    }
  }

  @Test
  void an_open_and_an_unknown_session_are_not_exported() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.open(1);
      assertThatThrownBy(() -> export(given, "a"))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("is open");
      assertThat(directory.resolve("a.stepgate")).doesNotExist();
      assertThatThrownBy(
              () ->
                  new BundleWriter(given.state, GivenState.id(9).value())
                      .write(directory.resolve("b")))
          .hasMessageContaining("the log knows no session");
    }
  }

  @Test
  void a_head_from_elsewhere_needs_a_proof_in_the_bundle() throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 1, 1);
      Claim elsewhere = Claim.of(Files.readAllBytes(given.state.resolve("log/checkpoint")));
      given.session(2, 1, 1);
      Path old = export(given, "old");
      Claim middle = Claim.of(Files.readAllBytes(given.state.resolve("log/checkpoint")));
      given.session(3, 1, 1);
      Claim newest = Claim.of(Files.readAllBytes(given.state.resolve("log/checkpoint")));

      StateVerifierTest.assertFails(
          verify(given, old, newest), "--checkpoint", "is newer than this bundle");
      Path bare = directory.resolve("bare");
      new BundleWriter(given.state, GivenState.id(3).value()).write(bare);
      StateVerifierTest.assertFails(
          verify(given, bare, middle), "--checkpoint", "no proof for: export");
      Path since = directory.resolve("since");
      new BundleWriter(given.state, GivenState.id(3).value())
          .since(middle)
          .since(elsewhere)
          .write(since);
      Report report = verify(given, since, middle, elsewhere, newest);
      assertThat(report.findings()).isEmpty();
      assertThat(report.claims()).hasSize(3);
    }
  }

  @Test
  void a_bundle_signed_whole_with_another_key_is_never_verified() throws IOException {
    Path forged = directory.resolve("forged.stepgate");
    ProofLine line;
    try (GivenState forger = GivenState.in(directory.resolve("forger"))) {
      line = forger.session(1, 1, 1);
      new BundleWriter(forger.state, GivenState.id(1).value()).write(forged);
      assertThat(verify(forger, forged, Claim.of(line)).verdict()).isEqualTo(Verdict.VERIFIED);
    }
    try (GivenState given = GivenState.in(directory.resolve("right"))) {
      ProofLine right = given.session(1, 1, 1);
      Report report = verify(given, forged);
      assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(report.findings()).anyMatch(f -> f.problem().contains("is not signed by the key"));
      assertThat(report.key()).isEmpty();
      Report keyless = Verifier.verify(forged, Optional.empty(), List.of(Claim.of(right)));
      StateVerifierTest.assertFails(keyless, "--checkpoint", "history was rewritten");
    }
  }

  private Path export(GivenState given, String name) throws IOException {
    Path bundle = directory.resolve(name + ".stepgate");
    new BundleWriter(given.state, GivenState.id(1).value()).write(bundle);
    return bundle;
  }

  private static Report verify(GivenState given, Path bundle, Claim... claims) {
    return Verifier.verify(bundle, Optional.of(given.verifier()), List.of(claims));
  }
}
