package dev.stepgate.approval;

import dev.stepgate.session.Person;
import java.time.Instant;
import java.util.List;

/**
 * What one person said.
 *
 * @param approved whether they agreed
 * @param issuer whose word it is that they are who they are
 * @param subject what tells them from every other of the issuer
 * @param name what others call them
 * @param groups the groups by which they may answer
 * @param by the process's user, as {@code name(uid)}
 * @param reason in their words, or the empty string
 * @param at when
 */
public record Answer(
    boolean approved,
    String issuer,
    String subject,
    String name,
    List<String> groups,
    String by,
    String reason,
    Instant at) {

  /** The longest reason, in characters; what is longer is cut. */
  public static final int MAX_REASON = 512;

  /** Copies the groups. */
  public Answer {
    groups = List.copyOf(groups);
  }

  static Answer of(
      Person person, List<String> from, String by, boolean approved, String reason, Instant at) {
    return new Answer(
        approved,
        person.issuer(),
        person.subject(),
        person.name(),
        from.stream().filter(person.groups()::contains).toList(),
        by,
        reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON - 1) + "…",
        at);
  }

  /** The word of files and events. */
  public String verdict() {
    return approved ? "approved" : "rejected";
  }

  boolean isFrom(Person person) {
    return issuer.equals(person.issuer()) && subject.equals(person.subject());
  }
}
