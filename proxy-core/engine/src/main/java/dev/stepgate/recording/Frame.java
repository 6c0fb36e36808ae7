package dev.stepgate.recording;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One frame of a journal segment, and where it is read from. All numbers are little-endian; a frame
 * begins at a multiple of 8:
 *
 * <pre>
 *   0  length (4 bytes, this header included), tag of the segment's use (4 bytes)
 *   8  CRC32C of the bytes from 12 to length, exclusive or the segment's secret
 *  12  type, flags, code, 0
 *  16  session (16 bytes), connection number (4), slot (4)
 *  40  microseconds since the recording was opened
 *  48  operation
 *  56  extra: subject of a request, rows of an outcome, next segment of a roll, wall clock of an open
 *  64  total: bytes of an operation's response, capture limit of an open
 *  72  number of the event in its recording, the opening being 0
 *  80  length of the text in bytes, 0
 *  88  text in UTF-16, then the body
 * </pre>
 *
 * The first 8 bytes are stored last and in one piece, so that a frame is there whole or not at all
 * whenever the process dies. When the machine dies, pages reach the disk in any order: then the
 * checksum tells. The tag tells a frame from one that an earlier use of the segment left behind.
 */
final class Frame {

  static final int HEADER = 88;
  static final int ALIGNMENT = 8;

  /** An event's body lies in frames of at most so many bytes. */
  static final int MAX_BODY = 64 << 10;

  static final byte OPEN = 1;
  static final byte NOTE = 2;
  static final byte REQUEST = 3;
  static final byte DATA = 4;
  static final byte RESPONSE = 5;
  static final byte REST = 6;
  static final byte OUTCOME = 7;
  static final byte END = 8;
  static final byte ROLL = 9;

  /** More frames of the same event follow this one, immediately. */
  static final byte MORE = 1;

  /** This frame goes on with the event of the one before. */
  static final byte CONTINUED = 2;

  /** The code of an END that the gateway's own stop caused. */
  static final byte STOPPED = 1;

  /** What {@link #check} answers where no frame of this use of the segment begins. */
  static final int NOTHING = 0;

  /** What {@link #check} answers where a frame began but is not whole. */
  static final int TORN = -1;

  static final int CRC = 8;
  static final int TYPE = 12;
  static final int FLAGS = 13;
  static final int CODE = 14;
  static final int SESSION_HIGH = 16;
  static final int SESSION_LOW = 24;
  static final int NUMBER = 32;
  static final int SLOT = 36;
  static final int TIME = 40;
  static final int OPERATION = 48;
  static final int EXTRA = 56;
  static final int TOTAL = 64;
  static final int EVENT = 72;
  static final int TEXT = 80;

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ByteBuffer buffer;
  private int start;
  private int length;

  /** Points this view at the frame of {@code bytes} bytes at {@code at}. */
  void point(ByteBuffer segment, int at, int bytes) {
    buffer = segment;
    start = at;
    length = bytes;
  }

  static int aligned(int bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Stores the first word of a frame: from now on it is there. */
  static void commit(ByteBuffer segment, int at, int bytes, int tag) {
    LONGS.setRelease(segment, at, ((long) tag << 32) | (bytes & 0xffffffffL));
  }

  /** The first word of the frame at {@code at}, with all that was stored before it. */
  static long word(ByteBuffer segment, int at) {
    return (long) LONGS.getAcquire(segment, at);
  }

  /**
   * The length of the frame at {@code at} if a whole frame is there, {@link #NOTHING} or {@link
   * #TORN}. Trusts no byte.
   */
  static int check(ByteBuffer segment, int at, int tag, int secret, CRC32C crc) {
    int room = segment.capacity() - at;
    if (room < HEADER) {
      return NOTHING;
    }
    long word = segment.getLong(at);
    int bytes = (int) word;
    if (bytes == 0 || (int) (word >>> 32) != tag) {
      return NOTHING;
    }
    if (bytes < HEADER || bytes > room) {
      return TORN;
    }
    boolean whole =
        formed(segment, at, bytes)
            && segment.getInt(at + CRC) == crc(segment, at, bytes, secret, crc);
    return whole ? bytes : TORN;
  }

  private static boolean formed(ByteBuffer segment, int at, int bytes) {
    int text = segment.getInt(at + TEXT);
    if (text < 0 || text > bytes - HEADER || text % 2 != 0) {
      return false;
    }
    byte type = segment.get(at + TYPE);
    boolean hasBody = text < bytes - HEADER;
    if (hasBody ? type == OPEN || type == END : type == REST) {
      return false;
    }
    if (type == ROLL) {
      return true;
    }
    return (segment.getInt(at + NUMBER)
                | segment.getLong(at + TIME)
                | segment.getLong(at + OPERATION)
                | segment.getLong(at + TOTAL)
                | segment.getLong(at + EVENT))
            >= 0
        && known(type, segment.get(at + CODE), segment.getLong(at + EXTRA));
  }

  private static boolean known(byte type, byte code, long extra) {
    return switch (type) {
      case OPEN -> Durability.of(code) != null;
      case REQUEST -> Operation.Kind.of(code) != null && extra >= 0;
      case OUTCOME -> Outcome.Status.of(code) != null && extra >= 0;
      default -> type > OPEN && type <= END;
    };
  }

  /** The checksum of a frame. {@code segment}'s position and limit are not kept. */
  static int crc(ByteBuffer segment, int at, int bytes, int secret, CRC32C crc) {
    crc.reset();
    segment.limit(at + bytes).position(at + TYPE);
    crc.update(segment);
    segment.clear();
    return (int) crc.getValue() ^ secret;
  }

  int length() {
    return length;
  }

  byte type() {
    return buffer.get(start + TYPE);
  }

  boolean more() {
    return (buffer.get(start + FLAGS) & MORE) != 0;
  }

  boolean continued() {
    return (buffer.get(start + FLAGS) & CONTINUED) != 0;
  }

  byte code() {
    return buffer.get(start + CODE);
  }

  long sessionHigh() {
    return buffer.getLong(start + SESSION_HIGH);
  }

  long sessionLow() {
    return buffer.getLong(start + SESSION_LOW);
  }

  int number() {
    return buffer.getInt(start + NUMBER);
  }

  int slot() {
    return buffer.getInt(start + SLOT);
  }

  long time() {
    return buffer.getLong(start + TIME);
  }

  long operation() {
    return buffer.getLong(start + OPERATION);
  }

  long extra() {
    return buffer.getLong(start + EXTRA);
  }

  long total() {
    return buffer.getLong(start + TOTAL);
  }

  long event() {
    return buffer.getLong(start + EVENT);
  }

  /** How many characters of text there are. */
  int textLength() {
    return buffer.getInt(start + TEXT) / 2;
  }

  char textAt(int index) {
    return buffer.getChar(start + HEADER + 2 * index);
  }

  int bodyLength() {
    return length - HEADER - buffer.getInt(start + TEXT);
  }

  /** Copies the body. */
  void body(byte[] into, int at) {
    int bytes = bodyLength();
    buffer.get(start + length - bytes, into, at, bytes);
  }
}
