package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.nio.file.Path;

/**
 * A recording's name as numbers, which is how frames carry it: the 128 bits of the session's ULID
 * and the connection's number in it.
 */
record RecordingName(long high, long low, int number) {

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 26;

  static RecordingName of(SessionId session, int number) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      high = high << 5 | low >>> 59;
      low = low << 5 | DIGITS.indexOf(session.value().charAt(i));
    }
    return new RecordingName(high, low, number);
  }

  SessionId session() {
    char[] text = new char[LENGTH];
    long left = high;
    long right = low;
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = DIGITS.charAt((int) right & 31);
      right = right >>> 5 | left << 59;
      left = left >>> 5;
    }
    return new SessionId(new String(text));
  }

  /** The decimal number as file names carry it, at least four digits. */
  String fileName() {
    return String.format("%04d", number);
  }

  Path lines(Path recordings) {
    return recordings.resolve(session().value()).resolve(fileName() + ".jsonl");
  }

  Path bodies(Path recordings) {
    return recordings.resolve(session().value()).resolve(fileName() + ".bodies");
  }

  /** The name as recordings and logs carry it. */
  @Override
  public String toString() {
    return session() + "/" + fileName();
  }
}
