package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.MalformedException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the verifier brought, a key and heads of the log, and what follows from them. */
final class Trust {

  /** What findings call the heads that the verifier brought. */
  static final String CLAIM = "--checkpoint";

  private static final String KEY = "--key";

  private final Optional<VerifierKey> brought;
  private final List<Claim> claims;
  private final Findings findings;
  private VerifierKey used;
  private boolean signed;

  Trust(Optional<VerifierKey> brought, List<Claim> claims, Findings findings) {
    this.brought = brought;
    this.claims = List.copyOf(claims);
    this.findings = findings;
  }

  List<Claim> claims() {
    return claims;
  }

  /**
   * Reads the checkpoint that is judged, under the key that was brought, else under the one that
   * lies there. Whoever brings a key also learns that another lies there.
   */
  Optional<Checkpoint> open(
      String file, byte[] note, String keyFile, Supplier<VerifierKey> keyThatLiesThere) {
    VerifierKey lying;
    try {
      lying = keyThatLiesThere.get();
    } catch (MalformedException e) {
      findings.add(Finding.of(keyFile, "", e.getMessage()));
      return Optional.empty();
    }
    used = brought.orElse(lying);
    if (!used.name().equals(lying.name()) && !used.name().equals(originIn(note))) {
      findings.add(Finding.of(KEY, "", "is the key of another log", lying.name(), used.name()));
      return Optional.empty();
    }
    if (!used.equals(lying)) {
      findings.add(
          Finding.of(keyFile, "", "is another key than " + KEY, used.text(), lying.text()));
    }
    Optional<Checkpoint> checkpoint = signed(file, note);
    signed = checkpoint.isPresent();
    return checkpoint;
  }

  /** What a note says its log is, whoever signed it; empty if it says nothing. */
  private static String originIn(byte[] note) {
    try {
      return Checkpoint.parse(Note.parse(note).text()).origin();
    } catch (MalformedException e) {
      return "";
    }
  }

  /** Reads another checkpoint, which the same key must have signed. */
  Optional<Checkpoint> signed(String file, byte[] note) {
    try {
      return Optional.of(Checkpoint.open(note, used));
    } catch (MalformedException e) {
      findings.add(Finding.of(file, "", e.getMessage()));
      return Optional.empty();
    }
  }

  /** Whether a claim is about the log that is judged, and, if it is a note, signed by its key. */
  boolean isOfThisLog(Claim claim, Checkpoint checkpoint, Findings against) {
    if (!claim.checkpoint().origin().equals(checkpoint.origin())) {
      against.add(
          Finding.of(
              CLAIM,
              "",
              "is a head of another log",
              checkpoint.origin(),
              claim.checkpoint().origin()));
      return false;
    }
    if (claim.note().isPresent() && !claim.note().get().signedBy(used)) {
      against.add(Finding.of(CLAIM, "", "is not signed by the key " + used.text()));
      return false;
    }
    return true;
  }

  /** Whether what a seal line says of its session is what the log says of it. */
  boolean sealHolds(Claim claim, Histories histories, Findings against) {
    if (claim.line().isEmpty()) {
      return true;
    }
    ProofLine line = claim.line().get();
    SessionHistory session = histories.session(line.session());
    Optional<SessionEnded> ended = session == null ? Optional.empty() : session.ended();
    if (ended.isEmpty() || session.endedAt() >= line.checkpoint().size()) {
      against.add(
          Finding.of(
              CLAIM,
              "",
              "the log's first "
                  + line.checkpoint().size()
                  + " leaves hold no ending of session "
                  + line.session()));
      return false;
    }
    if (!ended.get().heads().equals(line.heads())) {
      against.add(
          Finding.of(
              CLAIM,
              "",
              "the recordings of session "
                  + line.session()
                  + " have other heads, by leaf "
                  + session.endedAt(),
              line.heads(),
              ended.get().heads()));
      return false;
    }
    return true;
  }

  /** What a claim that holds proves. */
  String sentence(Claim claim) {
    Checkpoint head = claim.checkpoint();
    return "The log continues "
        + (claim.line().isPresent()
            ? "the seal line of session " + claim.line().get().session()
            : "the checkpoint")
        + " over "
        + head.size()
        + " leaves with root "
        + head.root().hex()
        + ".";
  }

  /** The answer. */
  Report report(
      String kind,
      Optional<Checkpoint> checkpoint,
      List<String> held,
      List<SessionReport> sessions) {
    return new Report(
        verdict(),
        kind,
        checkpoint.map(head -> new Report.LogHead(head.origin(), head.size(), head.root().hex())),
        signed ? Optional.of(used.text()) : Optional.empty(),
        held,
        sessions,
        findings.bad(),
        findings.disputes(),
        findings.remarks());
  }

  private Verdict verdict() {
    if (!findings.none() || !signed) {
      return Verdict.FAILED;
    }
    if (brought.isEmpty()) {
      return Verdict.SELF_CONSISTENT_ONLY;
    }
    return findings.disputes().isEmpty() ? Verdict.VERIFIED : Verdict.DISPUTED;
  }
}
