package dev.stepgate.recording;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into lines of bounded length, without their LF. At the end of the stream it may be
 * asked again: a file may have grown.
 */
final class LineSource {

  /** The longest line, in bytes, its LF included. */
  static final int MAX_LINE = 1 << 16;

  private static final int FIRST_CAPACITY = 1 << 13;

  private final InputStream in;
  private byte[] buffer = new byte[FIRST_CAPACITY];
  private int start;
  private int end;
  private int length = -1;
  private int searched;

  LineSource(InputStream in) {
    this.in = in;
  }

  /** Comes to the next line; false if there is no whole one (yet), or none within the limit. */
  boolean next() throws IOException {
    if (length >= 0) {
      start += length + 1;
      searched = 0;
      length = -1;
    }
    while (true) {
      for (int at = start + searched; at < end; at++) {
        if (buffer[at] == '\n') {
          length = at - start;
          return true;
        }
      }
      searched = end - start;
      if (searched >= MAX_LINE || !fill()) {
        return false;
      }
    }
  }

  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, end, buffer.length - end);
    if (read <= 0) {
      return false;
    }
    end += read;
    return true;
  }

  /** The bytes of the line, from {@link #start} on. */
  byte[] bytes() {
    return buffer;
  }

  int start() {
    return start;
  }

  int length() {
    return length;
  }

  /** How many bytes of a line without LF were found. */
  int torn() {
    return length >= 0 ? 0 : end - start;
  }
}
