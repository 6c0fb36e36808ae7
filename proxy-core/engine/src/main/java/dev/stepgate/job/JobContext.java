package dev.stepgate.job;

import dev.stepgate.session.Isolation;
import java.util.Map;

/**
 * What the gateway is told about the step that asks for a session.
 *
 * @param openedBy the operating-system user that asked, as {@code name(uid)}, known from the kernel
 * @param isolation what keeps the step's processes from the gateway; recorded in the opening leaf
 * @param claimed what the job says about itself, already bounded by {@link Claims}; recorded as a
 *     claim, never used as identity
 */
public record JobContext(String openedBy, Isolation isolation, Map<String, String> claimed) {

  /** Copies the claims. */
  public JobContext {
    claimed = Map.copyOf(claimed);
  }
}
