package dev.stepgate.job;

import dev.stepgate.session.Identity;

/** What a job has to show for who it is. Exactly one sort is used; nothing is combined. */
public sealed interface Evidence {

  /**
   * A token that the CI system gave the job. Taken for nothing until the gateway has verified it.
   *
   * @param compact its compact serialisation, as the job handed it over
   */
  record Token(String compact) implements Evidence {

    /** Without the token. */
    @Override
    public String toString() {
      return "a token of " + compact.length() + " characters";
    }
  }

  /**
   * The word of the CI system that the gateway runs inside of. Only the host's own code may say so;
   * nothing that a job can reach makes one of these.
   *
   * @param identity who the job is
   */
  record Vouched(Identity identity) implements Evidence {}

  /**
   * The kernel's word, whose process it is that asks: peer credentials, or this process itself.
   *
   * @param name the operating-system user's name
   * @param uid its number
   */
  record LocalUser(String name, int uid) implements Evidence {}
}
