package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.note.Checkpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the heads that the verifier brought against the log. A signed checkpoint must hold. A seal
 * line is text in a build log, where a job prints what it likes. One that does not hold fails the
 * log unless another of the same session holds; beside that it is a dispute: a job must not be able
 * to make good evidence fail, and who rewrites a log must not be able to hide what it was behind a
 * line that a job printed for him.
 */
final class ClaimCheck {

  /** How a head stands to the log. */
  enum Standing {
    /** The log has it, or continues it. */
    HOLDS,
    /** The log has another. */
    CONTRADICTED,
    /** What is at hand cannot tell. */
    UNJUDGED,
    /** It is another log's. */
    FOREIGN
  }

  /** Tells of a head of this log; what speaks against it goes to the findings. */
  interface Judge {
    Standing judge(Claim claim, Findings against);
  }

  private record Open(ProofLine line, Standing standing, Findings against) {}

  private final Trust trust;
  private final Checkpoint checkpoint;
  private final Judge judge;
  private final List<String> held = new ArrayList<>();
  private final Set<String> borneOut = new HashSet<>();
  private final List<Open> open = new ArrayList<>();

  ClaimCheck(Trust trust, Checkpoint checkpoint, Judge judge) {
    this.trust = trust;
    this.checkpoint = checkpoint;
    this.judge = judge;
  }

  /**
   * Judges all of them.
   *
   * @param only the session whose evidence is judged; empty for all of a state directory
   * @return what held, a sentence each
   */
  List<String> run(Optional<String> only, Findings findings) {
    for (Claim claim : trust.claims()) {
      Findings against = new Findings();
      Standing standing =
          trust.isOfThisLog(claim, checkpoint, against)
              ? judge.judge(claim, against)
              : Standing.FOREIGN;
      if (standing == Standing.HOLDS) {
        held.add(trust.sentence(claim));
        claim.line().ifPresent(line -> borneOut.add(line.session()));
      } else if (claim.line().isPresent()) {
        open.add(new Open(claim.line().get(), standing, against));
      } else {
        against.bad().forEach(findings::add);
      }
    }
    for (Open one : open) {
      settle(one, findings, borneOut(one, only));
    }
    return held;
  }

  /** Whether a line holds that would have to be the job's own if this one were Stepgate's. */
  private boolean borneOut(Open one, Optional<String> only) {
    String session = only.orElse(one.line().session());
    boolean named = open.stream().anyMatch(other -> other.line().session().equals(session));
    boolean elsewhere = one.standing() == Standing.FOREIGN || !named;
    return borneOut.contains(session) || (elsewhere && !borneOut.isEmpty());
  }

  private static void settle(Open one, Findings findings, boolean borneOut) {
    if (!borneOut) {
      one.against().bad().forEach(findings::add);
    } else if (one.standing() == Standing.CONTRADICTED) {
      String line = "seal line of session " + one.line().session();
      one.against()
          .bad()
          .forEach(
              bad ->
                  findings.dispute(
                      new Finding(bad.file(), line, bad.problem(), bad.expected(), bad.found())));
    } else {
      String why =
          one.standing() == Standing.FOREIGN ? "is another log's" : "cannot be judged here";
      findings.remark("A seal line of session " + one.line().session() + " " + why + ".");
    }
  }
}
