package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import java.util.List;
import java.util.Optional;

/**
 * What was seen of one session.
 *
 * @param session its ULID
 * @param state how it stands
 * @param gateway who opened it, from its opening leaf; empty if there is none
 * @param isolation what kept the step from the gateway: {@code none}, {@code user}, {@code
 *     container}; empty if there is no opening leaf
 * @param recordings how many recordings were checked
 * @param lines how many lines these have
 * @param operations how many operations they hold
 * @param refused how many of them were refused
 * @param withheldBodies how many bodies are withheld
 * @param withheld where: {@code recordings/0001.bodies, line 13}; the first {@value #MAX_LISTED}
 * @param opened its opening leaf: who asked, for whom, when
 * @param ended its ending, if it has one
 */
public record SessionReport(
    String session,
    State state,
    String gateway,
    String isolation,
    long recordings,
    long lines,
    long operations,
    long refused,
    long withheldBodies,
    List<String> withheld,
    Optional<SessionOpened> opened,
    Optional<SessionEnded> ended) {

  /** The most places of withheld bodies that are listed. */
  public static final int MAX_LISTED = 100;

  /** How a session stands. */
  public enum State {
    /** It ended in order. */
    SEALED,
    /** Its gateway died. */
    INTERRUPTED,
    /** It has not ended. */
    OPEN
  }

  /** Copies the list. */
  public SessionReport {
    withheld = List.copyOf(withheld);
  }
}
