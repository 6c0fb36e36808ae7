package dev.stepgate.gateway.view;

import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import java.util.Optional;

/**
 * A session as the log tells it.
 *
 * @param opened its opening leaf
 * @param ended its ending leaf, if it has ended
 */
public record LoggedSession(SessionOpened opened, Optional<SessionEnded> ended) {

  /** {@code open}, {@code sealed} or {@code interrupted}. */
  public String state() {
    return ended
        .map(end -> end.interrupted().isPresent() ? "interrupted" : "sealed")
        .orElse("open");
  }

  /** The session's ULID. */
  public String id() {
    return opened.session();
  }
}
