package dev.stepgate.evidence;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes an archive of stored files, in the form that {@link ZipReader} accepts. */
final class ZipWriter {

  private static final int CHUNK = 64 << 10;

  private final OutputStream out;
  private final List<ZipEntry> entries = new ArrayList<>();
  private long offset;

  /** Opens a file's content from its start; called twice. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  ZipWriter(OutputStream out) {
    this.out = out;
  }

  void add(String name, byte[] content) throws IOException {
    add(name, content.length, () -> new ByteArrayInputStream(content));
  }

  /** Adds the first {@code size} bytes of a file, which may not change meanwhile. */
  void add(String name, long size, Content content) throws IOException {
    long crc = pass(name, size, content, OutputStream.nullOutputStream());
    ZipEntry entry = new ZipEntry(name, size, crc, offset);
    out.write(ZipRecords.local(entry));
    if (pass(name, size, content, out) != crc) {
      throw new IOException(name + " changed while it was read");
    }
    entries.add(entry);
    offset = entry.end();
  }

  /** Writes the directory; the stream is the caller's to close. */
  void finish() throws IOException {
    long size = 0;
    for (ZipEntry entry : entries) {
      byte[] record = ZipRecords.central(entry);
      out.write(record);
      size += record.length;
    }
    out.write(ZipRecords.end(entries.size(), offset, size));
  }

  private static long pass(String name, long size, Content content, OutputStream to)
      throws IOException {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = content.open()) {
      for (long left = size; left > 0; ) {
        int read = in.read(chunk, 0, (int) Math.min(CHUNK, left));
        if (read < 0) {
          throw new IOException(name + " ends " + left + " bytes before its size");
        }
        crc.update(chunk, 0, read);
        to.write(chunk, 0, read);
        left -= read;
      }
    }
    return crc.getValue();
  }
}
