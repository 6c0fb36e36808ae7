package dev.stepgate.job;

import dev.stepgate.session.Isolation;
import java.util.Map;
import java.util.Optional;

/**
 * What the gateway is told about the step that asks for a session.
 *
 * @param openedBy the operating-system user that asked, as {@code name(uid)}, known from the kernel
 * @param isolation what keeps the step's processes from the gateway; recorded in the opening leaf
 * @param evidence what proves who the job is; decides what it may open
 * @param stepUid the number of the operating-system user that the step runs as, where that is
 *     known: others' processes then cannot keep the step from its endpoint
 * @param claimed what the job says about itself, already bounded by {@link Claims}; recorded as a
 *     claim, never used as identity
 */
public record JobContext(
    String openedBy,
    Isolation isolation,
    Evidence evidence,
    Optional<Integer> stepUid,
    Map<String, String> claimed) {

  /** Copies the claims. */
  public JobContext {
    claimed = Map.copyOf(claimed);
  }

  /** Of a step whose user is not known here. */
  public JobContext(
      String openedBy, Isolation isolation, Evidence evidence, Map<String, String> claimed) {
    this(openedBy, isolation, evidence, Optional.empty(), claimed);
  }
}
