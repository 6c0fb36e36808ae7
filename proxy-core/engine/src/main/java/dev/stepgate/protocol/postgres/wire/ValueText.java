package dev.stepgate.protocol.postgres.wire;

import java.nio.charset.StandardCharsets;

/** Shows parameters and columns on one line, each at most so many characters long. */
final class ValueText {

  /** What is known of a value's format. */
  enum Format {
    TEXT,
    BINARY,
    /** Nobody said; the bytes decide. */
    UNKNOWN
  }

  private final int most;

  ValueText(int most) {
    this.most = most;
  }

  /** One value. */
  String show(byte[] value, Format format, int type) {
    if (value == null) {
      return "NULL";
    }
    if (format == Format.BINARY) {
      String text = TypeText.binary(type, value);
      return text != null
          ? quoted(Visible.text(text.getBytes(StandardCharsets.UTF_8), most))
          : Visible.hex(value, most) + " (" + TypeText.name(type) + ")";
    }
    if (format == Format.UNKNOWN && !Visible.isPlain(value)) {
      return Visible.hex(value, most);
    }
    return quoted(Visible.text(value, most));
  }

  /** Quotes what would read as something else: nothing, NULL, or two values. */
  private static String quoted(String text) {
    boolean strange =
        text.isEmpty()
            || text.equals("NULL")
            || text.startsWith(" ")
            || text.endsWith(" ")
            || text.startsWith("'")
            || text.contains("|")
            || text.contains(", $");
    return strange ? "'" + text + "'" : text;
  }

  /** As much of some bytes as fits, in hex. */
  String hex(byte[] bytes) {
    return Visible.hex(bytes, most);
  }

  /** As much of some data as fits: as text where it is text. */
  String data(byte[] bytes) {
    return Visible.isPlain(bytes) ? Visible.text(bytes, most) : Visible.hex(bytes, most);
  }
}
