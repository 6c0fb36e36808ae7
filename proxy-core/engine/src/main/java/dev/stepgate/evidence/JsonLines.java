package dev.stepgate.evidence;

import dev.stepgate.audit.tree.MalformedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of limited length, each of which must end with a newline. */
final class JsonLines implements Closeable {

  private final InputStream in;
  private final int limit;
  private long line;

  JsonLines(InputStream in, int limit) {
    this.in = new BufferedInputStream(in);
    this.limit = limit;
  }

  /** The next line without its newline; empty at the end. */
  Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (bytes.size() > 0) {
          throw new MalformedException("line " + (line + 1) + " does not end with a newline");
        }
        return Optional.empty();
      }
      if (bytes.size() == limit) {
        throw new MalformedException("line " + (line + 1) + " is longer than " + limit + " bytes");
      }
      bytes.write(b);
    }
    line++;
    return Optional.of(bytes.toByteArray());
  }

  /** The number of the line that was read last, from 1. */
  long line() {
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
