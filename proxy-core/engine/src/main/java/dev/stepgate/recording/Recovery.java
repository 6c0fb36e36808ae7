package dev.stepgate.recording;

import java.util.List;

/**
 * What a recorder found from its predecessor when it started.
 *
 * @param interrupted the final heads of the recordings that were open when the predecessor died and
 *     that were ended now, in the order of their names; their sessions have yet to be sealed
 * @param warnings sentences about evidence that may be or is missing (the machine died, the journal
 *     is damaged, a file is gone); empty if all is there
 */
public record Recovery(List<Head> interrupted, List<String> warnings) {

  /** Copies the lists. */
  public Recovery {
    interrupted = List.copyOf(interrupted);
    warnings = List.copyOf(warnings);
  }
}
