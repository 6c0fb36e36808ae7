package dev.stepgate.evidence;

import dev.stepgate.audit.tree.MalformedException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Reads an archive that {@link ZipWriter} could have written, and no other: each header is made
 * anew from what it says and compared, so no byte outside of the files has room to vary. Nothing is
 * ever unpacked; memory grows with the count of files, which is limited.
 */
final class ZipReader implements Closeable {

  /** The most files of an archive. */
  static final int MAX_ENTRIES = 200_000;

  /** The longest path within an archive, in bytes. */
  static final int MAX_NAME_BYTES = 64;

  private static final int CHUNK = 64 << 10;
  private static final int MAX_EXTRA_BYTES = 28;

  private final FileChannel channel;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private ZipReader(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens an archive and checks all its headers.
   *
   * @throws MalformedException if it is of another form, with the offset
   */
  static ZipReader open(Path file) throws IOException {
    RegularFile.require(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      ZipReader reader = new ZipReader(channel);
      reader.readDirectory();
      return reader;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** All files by their paths, in the archive's order. */
  Map<String, ZipEntry> entries() {
    return entries;
  }

  /** A file's content. */
  InputStream stream(ZipEntry entry) {
    return new Stretch(channel, entry.content(), entry.size());
  }

  /** A file's content, which may not be longer than {@code limit}. */
  byte[] bytes(ZipEntry entry, int limit) throws IOException {
    if (entry.size() > limit) {
      throw new MalformedException(
          entry.name() + " has " + entry.size() + " bytes, at most " + limit + " are read");
    }
    return bytes(entry.content(), (int) entry.size());
  }

  /** The CRC-32 of a file's content. */
  long crc(ZipEntry entry) throws IOException {
    CRC32 crc = new CRC32();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = stream(entry)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        crc.update(chunk, 0, read);
      }
    }
    return crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void readDirectory() throws IOException {
    long size = channel.size();
    if (size < ZipRecords.END_BYTES) {
      throw new MalformedException("not a bundle: " + size + " bytes are no zip archive");
    }
    ByteBuffer end = read(size - ZipRecords.END_BYTES, ZipRecords.END_BYTES);
    if (end.getInt(0) != ZipRecords.END_SIGNATURE) {
      throw new MalformedException(
          "no end record at byte " + (size - ZipRecords.END_BYTES) + ": not a bundle, or cut");
    }
    long count = end.getShort(10) & ZipRecords.MAX_16;
    long length = end.getInt(12) & ZipRecords.MAX_32;
    long start = end.getInt(16) & ZipRecords.MAX_32;
    int tail64 = ZipRecords.END64_BYTES + ZipRecords.LOCATOR64_BYTES;
    boolean big =
        count == ZipRecords.MAX_16 || length == ZipRecords.MAX_32 || start == ZipRecords.MAX_32;
    if (big && size >= ZipRecords.END_BYTES + tail64) {
      ByteBuffer end64 = read(size - ZipRecords.END_BYTES - tail64, ZipRecords.END64_BYTES);
      count = end64.getLong(32);
      length = end64.getLong(40);
      start = end64.getLong(48);
    }
    if (count < 0 || count > MAX_ENTRIES) {
      throw new MalformedException(count + " files, a bundle has at most " + MAX_ENTRIES);
    }
    if (start < 0 || start > size || length < 0 || length > size - start) {
      throw new MalformedException(
          "the directory of " + length + " bytes at byte " + start + " lies outside of the file");
    }
    long expectedEnd = start + length;
    expect(expectedEnd, ZipRecords.end(count, start, length), "the end records");
    if (size != expectedEnd + ZipRecords.end(count, start, length).length) {
      throw new MalformedException("the directory does not reach the end records");
    }
    readEntries(count, start, expectedEnd);
  }

  private void readEntries(long count, long start, long end) throws IOException {
    long at = start;
    long offset = 0;
    for (long i = 0; i < count; i++) {
      ZipEntry entry = central(at, end);
      byte[] record = ZipRecords.central(entry);
      expect(at, record, "the directory's record of " + entry.name());
      if (entry.offset() != offset || entry.size() < 0 || entry.size() > start - offset) {
        throw new MalformedException(
            entry.name()
                + " of "
                + entry.size()
                + " bytes at byte "
                + entry.offset()
                + " does not follow on byte "
                + offset);
      }
      expect(offset, ZipRecords.local(entry), "the header of " + entry.name());
      if (entries.put(entry.name(), entry) != null) {
        throw new MalformedException(entry.name() + " stands twice");
      }
      offset = entry.end();
      at += record.length;
    }
    if (at != end || offset != start) {
      throw new MalformedException(
          "the files end at byte " + offset + ", the directory begins at byte " + start);
    }
  }

  private ZipEntry central(long at, long end) throws IOException {
    if (end - at < ZipRecords.CENTRAL_BYTES) {
      throw new MalformedException("the directory ends within a record at byte " + at);
    }
    ByteBuffer fixed = read(at, ZipRecords.CENTRAL_BYTES);
    int nameBytes = fixed.getShort(28) & ZipRecords.MAX_16;
    int extraBytes = fixed.getShort(30) & ZipRecords.MAX_16;
    if (nameBytes > MAX_NAME_BYTES
        || extraBytes > MAX_EXTRA_BYTES
        || end - at - ZipRecords.CENTRAL_BYTES < nameBytes + extraBytes) {
      throw new MalformedException(
          "a name of "
              + nameBytes
              + " and extra fields of "
              + extraBytes
              + " bytes at byte "
              + at
              + "; at most "
              + MAX_NAME_BYTES
              + " and "
              + MAX_EXTRA_BYTES);
    }
    byte[] tail = bytes(at + ZipRecords.CENTRAL_BYTES, nameBytes + extraBytes);
    ByteBuffer rest = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
    String name = new String(tail, 0, nameBytes, StandardCharsets.US_ASCII);
    if (!name.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new MalformedException("a name that is not printable ASCII at byte " + at);
    }
    long size = fixed.getInt(24) & ZipRecords.MAX_32;
    long offset = fixed.getInt(42) & ZipRecords.MAX_32;
    int extra = nameBytes + 4;
    if (size == ZipRecords.MAX_32 && extraBytes >= 20) {
      size = rest.getLong(extra);
      extra += 16;
    }
    if (offset == ZipRecords.MAX_32 && extra + 8 <= nameBytes + extraBytes) {
      offset = rest.getLong(extra);
    }
    return new ZipEntry(name, size, fixed.getInt(16) & ZipRecords.MAX_32, offset);
  }

  private void expect(long at, byte[] expected, String what) throws IOException {
    if (channel.size() - at < expected.length
        || !Arrays.equals(bytes(at, expected.length), expected)) {
      throw new MalformedException(what + " at byte " + at + " is not in the bundle's form");
    }
  }

  private ByteBuffer read(long at, int count) throws IOException {
    return ByteBuffer.wrap(bytes(at, count)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(long at, int count) throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new EOFException("the bundle ends at byte " + (at + into.position()));
      }
    }
    return bytes;
  }

  /** Some bytes of a channel as a stream; closing it leaves the channel open. */
  private static final class Stretch extends InputStream {

    private final FileChannel channel;
    private final long end;
    private long at;

    Stretch(FileChannel channel, long start, long size) {
      this.channel = channel;
      this.at = start;
      this.end = start + size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
      if (at >= end || count == 0) {
        return count == 0 ? 0 : -1;
      }
      int wanted = (int) Math.min(count, end - at);
      int read = channel.read(ByteBuffer.wrap(target, from, wanted), at);
      if (read < 0) {
        throw new EOFException("the bundle ends at byte " + at);
      }
      at += read;
      return read;
    }
  }
}
