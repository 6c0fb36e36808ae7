package dev.stepgate.evidence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The headers of a zip archive in the one form that a bundle has ({@code docs/specs/bundle.md},
 * "Form"): stored, without comment, with ZIP64 fields only where a value needs them. Numbers and
 * layout are those of PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16 and 4.5.3.
 */
final class ZipRecords {

  static final int LOCAL_SIGNATURE = 0x04034b50;
  static final int CENTRAL_SIGNATURE = 0x02014b50;
  static final int END64_SIGNATURE = 0x06064b50;
  static final int LOCATOR64_SIGNATURE = 0x07064b50;
  static final int END_SIGNATURE = 0x06054b50;
  static final int CENTRAL_BYTES = 46;
  static final int END_BYTES = 22;
  static final int LOCATOR64_BYTES = 20;
  static final int END64_BYTES = 56;

  /** 32-bit fields with this value say: look into the ZIP64 field. */
  static final long MAX_32 = 0xffffffffL;

  /** 16-bit counts, likewise. */
  static final int MAX_16 = 0xffff;

  private static final short UTF_8 = 1 << 11;
  private static final short VERSION = 20;
  private static final short VERSION_64 = 45;
  private static final short FIRST_OF_JANUARY_1980 = 0x21;
  private static final short EXTRA_64 = 1;

  private ZipRecords() {}

  /** What stands before an entry's content. */
  static byte[] local(ZipEntry entry) {
    byte[] name = name(entry);
    boolean big = entry.size() >= MAX_32;
    ByteBuffer out =
        ByteBuffer.allocate(30 + name.length + (big ? 20 : 0)).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(LOCAL_SIGNATURE).putShort(big ? VERSION_64 : VERSION);
    common(out, entry, big);
    out.putShort((short) name.length).putShort((short) (big ? 20 : 0)).put(name);
    if (big) {
      out.putShort(EXTRA_64).putShort((short) 16).putLong(entry.size()).putLong(entry.size());
    }
    return out.array();
  }

  /** What stands in the central directory. */
  static byte[] central(ZipEntry entry) {
    byte[] name = name(entry);
    boolean big = entry.size() >= MAX_32;
    boolean far = entry.offset() >= MAX_32;
    int extra = (big ? 16 : 0) + (far ? 8 : 0);
    int extraBytes = extra == 0 ? 0 : extra + 4;
    short version = extra == 0 ? VERSION : VERSION_64;
    ByteBuffer out =
        ByteBuffer.allocate(CENTRAL_BYTES + name.length + extraBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(CENTRAL_SIGNATURE).putShort(version).putShort(version);
    common(out, entry, big);
    out.putShort((short) name.length).putShort((short) extraBytes);
    out.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    out.putInt((int) Math.min(entry.offset(), MAX_32)).put(name);
    if (extra > 0) {
      out.putShort(EXTRA_64).putShort((short) extra);
      if (big) {
        out.putLong(entry.size()).putLong(entry.size());
      }
      if (far) {
        out.putLong(entry.offset());
      }
    }
    return out.array();
  }

  /** What stands at the end. */
  static byte[] end(long entries, long directoryOffset, long directorySize) {
    boolean big = entries >= MAX_16 || directoryOffset >= MAX_32 || directorySize >= MAX_32;
    ByteBuffer out =
        ByteBuffer.allocate(END_BYTES + (big ? END64_BYTES + LOCATOR64_BYTES : 0))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (big) {
      out.putInt(END64_SIGNATURE).putLong(END64_BYTES - 12);
      out.putShort(VERSION_64).putShort(VERSION_64).putInt(0).putInt(0);
      out.putLong(entries).putLong(entries).putLong(directorySize).putLong(directoryOffset);
      out.putInt(LOCATOR64_SIGNATURE).putInt(0).putLong(directoryOffset + directorySize).putInt(1);
    }
    short count = (short) Math.min(entries, MAX_16);
    out.putInt(END_SIGNATURE)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort(count)
        .putShort(count);
    out.putInt((int) Math.min(directorySize, MAX_32))
        .putInt((int) Math.min(directoryOffset, MAX_32));
    out.putShort((short) 0);
    return out.array();
  }

  /** Flags, method, time, date, check sum and sizes: the same in both headers. */
  private static void common(ByteBuffer out, ZipEntry entry, boolean big) {
    int size = (int) (big ? MAX_32 : entry.size());
    out.putShort(UTF_8).putShort((short) 0).putShort((short) 0).putShort(FIRST_OF_JANUARY_1980);
    out.putInt((int) entry.crc()).putInt(size).putInt(size);
  }

  private static byte[] name(ZipEntry entry) {
    return entry.name().getBytes(StandardCharsets.US_ASCII);
  }
}
