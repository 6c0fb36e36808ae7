package dev.stepgate.recording;

/** A recording is not what it should be, and where. The message says all of it for a person. */
public final class RecordingDamage extends Exception {

  private static final long serialVersionUID = 1;

  private final long line;
  private final String key;
  private final String expected;
  private final String found;

  RecordingDamage(long line, String key, String expected, String found) {
    super("line " + line + ", " + key + ": expected " + expected + ", found " + found);
    this.line = line;
    this.key = key;
    this.expected = expected;
    this.found = found;
  }

  /** The number of the first bad line, from 1. */
  public long line() {
    return line;
  }

  /** The key whose value is wrong, {@code sum} for a body that differs, or {@code line}. */
  public String key() {
    return key;
  }

  /** What should be there. */
  public String expected() {
    return expected;
  }

  /** What is there. */
  public String found() {
    return found;
  }
}
