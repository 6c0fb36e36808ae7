package dev.stepgate.policy;

import dev.stepgate.session.Identity;
import java.util.List;

/**
 * Who may open a connection: nobody unless an entry matches.
 *
 * @param entries any of which suffices
 */
public record OpenTo(List<IdentityPattern> entries) {

  /** Open to nobody. */
  public static final OpenTo NOBODY = new OpenTo(List.of());

  /** Copies the list. */
  public OpenTo {
    entries = List.copyOf(entries);
  }

  /** Whether one entry matches. */
  public boolean admits(Identity identity) {
    return entries.stream().anyMatch(entry -> entry.match(identity).matched());
  }

  /** What became of each entry, in order: why it did not match, key by key. */
  public List<IdentityPattern.Match> explain(Identity identity) {
    return entries.stream().map(entry -> entry.match(identity)).toList();
  }
}
