package dev.stepgate.e2e;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a step ended.
 *
 * @param exit the exit status of {@code exec}
 * @param said all that it printed after the command had begun
 */
record Sealed(int exit, String said) {

  private static final Pattern SUMMARY =
      Pattern.compile(
          "^stepgate: (\\d+) operations?, (\\d+) refused, recording (.*)$", Pattern.MULTILINE);
  private static final Pattern PROOF =
      Pattern.compile(
          "^stepgate-proof: v1 ([0-9A-Z]{26}) [0-9a-f]{64} (\\S+) (\\d+) [0-9a-f]{64}$",
          Pattern.MULTILINE);

  /** How many operations the seal line counts. */
  long operations() {
    return Long.parseLong(summary().group(1));
  }

  /** How many of them it calls refused. */
  long refused() {
    return Long.parseLong(summary().group(2));
  }

  /** The machine-readable line, whole. */
  String proof() {
    return find(PROOF).group();
  }

  /** The session that the proof line names. */
  String session() {
    return find(PROOF).group(1);
  }

  private Matcher summary() {
    return find(SUMMARY);
  }

  private Matcher find(Pattern pattern) {
    Matcher matcher = pattern.matcher(said);
    if (!matcher.find()) {
      throw new AssertionError("exit " + exit + ", no seal line in:\n" + said);
    }
    return matcher;
  }
}
