package dev.stepgate.identity;

import dev.stepgate.session.Person;

/** Whether somebody is a person: who, or why not. Never an exception. */
public sealed interface PersonCheck {

  /** A person. */
  record Known(Person person) implements PersonCheck {}

  /**
   * Nobody who counts as one.
   *
   * @param code lower case with dashes, {@code not-a-person} for one, or a {@link
   *     Verification.Code}'s word
   * @param sentence why, for a person; one line, holds no piece of a token's signature
   */
  record Refused(String code, String sentence) implements PersonCheck {}
}
