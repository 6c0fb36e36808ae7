package dev.stepgate.session;

import java.util.Locale;

/** What proves who a session is for. */
public enum Proof {
  /** A token that a configured issuer signed for the job. */
  TOKEN,
  /** The CI system that the gateway runs inside of, which started the job itself. */
  HOST,
  /** The operating system's kernel, which says whose process it is that asks. */
  USER;

  /** The word that the opening leaf records. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
