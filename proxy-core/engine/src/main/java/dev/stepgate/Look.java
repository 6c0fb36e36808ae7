package dev.stepgate;

import dev.stepgate.session.Bearer;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway makes of a job's evidence, without opening anything.
 *
 * @param bearer who the job is; empty if its evidence is not accepted
 * @param code why not, as {@link RefusedException#code}; empty if it is accepted
 * @param sentence the same for a person
 * @param open the names of the connections that are open to it
 */
public record Look(Optional<Bearer> bearer, String code, String sentence, List<String> open) {

  /** Copies the list. */
  public Look {
    open = List.copyOf(open);
  }

  static Look refused(RefusedException refusal) {
    return new Look(Optional.empty(), refusal.code(), refusal.getMessage(), List.of());
  }
}
