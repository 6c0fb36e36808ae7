package dev.stepgate.evidence;

/** What a verifier says in the end. */
public enum Verdict {
  /** Everything holds, under a key that the verifier brought. */
  VERIFIED("VERIFIED", 0),
  /** Something does not hold, or could not be judged. */
  FAILED("FAILED", 1),
  /** Everything holds together, but no key was brought: anyone can make such evidence. */
  SELF_CONSISTENT_ONLY("SELF-CONSISTENT ONLY", 3),
  /**
   * Everything holds, and so does a seal line; but another says otherwise, and which of them
   * Stepgate printed cannot be told.
   */
  DISPUTED("DISPUTED", 4);

  private final String words;
  private final int exitCode;

  Verdict(String words, int exitCode) {
    this.words = words;
    this.exitCode = exitCode;
  }

  /** The words that are printed. */
  public String words() {
    return words;
  }

  /** The exit code of {@code stepgate verify}. */
  public int exitCode() {
    return exitCode;
  }
}
