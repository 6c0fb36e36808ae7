package dev.stepgate.e2e;

import java.util.List;

/**
 * A program that ended.
 *
 * @param command what was run
 * @param exit its exit status; a signal is 128 + its number
 * @param out what it printed, whole, read as UTF-8
 * @param err what it complained about, whole, read as UTF-8
 */
record Ran(List<String> command, int exit, String out, String err) {

  /** Itself, if the exit status was zero; else an error with all that is known. */
  Ran ok() {
    if (exit != 0) {
      throw new AssertionError(toString());
    }
    return this;
  }

  @Override
  public String toString() {
    return String.join(" ", command) + "\nexit " + exit + "\n" + out + "\n" + err;
  }
}
