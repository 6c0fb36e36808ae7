package dev.stepgate.admission;

import java.time.Duration;
import java.util.List;

/**
 * What a client is told while it waits for people.
 *
 * @param id by which people find the request; lets nobody approve it
 * @param from the groups whose members may
 * @param count how many of them have to
 * @param agreed how many have
 * @param left how long they still have
 * @param reference the operation's reference
 */
public record Asked(
    String id, List<String> from, int count, int agreed, Duration left, String reference) {

  /** Copies the list. */
  public Asked {
    from = List.copyOf(from);
  }
}
