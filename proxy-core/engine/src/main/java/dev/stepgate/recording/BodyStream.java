package dev.stepgate.recording;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A body's content, read from where it lies. */
final class BodyStream extends InputStream {

  private final Bodies bodies;
  private long at;
  private long left;

  BodyStream(Bodies bodies, long at, long size) {
    this.bodies = bodies;
    this.at = at;
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    ByteBuffer buffer = ByteBuffer.wrap(into, from, (int) Math.min(length, left));
    int read = bodies.read(buffer, at);
    if (read <= 0) {
      throw new EOFException("the bodies file ends at " + at + ", " + left + " bytes too early");
    }
    at += read;
    left -= read;
    return read;
  }
}
