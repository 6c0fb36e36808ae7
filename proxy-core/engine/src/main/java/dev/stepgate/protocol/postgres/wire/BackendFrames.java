package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The headers of what a server sends once a session is open, read where they lie. Positions are
 * absolute indices of the buffer.
 */
public final class BackendFrames {

  /** Type byte and length word, in bytes. */
  public static final int HEADER_BYTES = 5;

  /** ParseComplete. */
  public static final byte PARSE_COMPLETE = '1';

  /** BindComplete. */
  public static final byte BIND_COMPLETE = '2';

  /** CloseComplete. */
  public static final byte CLOSE_COMPLETE = '3';

  /** NotificationResponse. */
  public static final byte NOTIFICATION = 'A';

  /** CommandComplete. */
  public static final byte COMMAND_COMPLETE = 'C';

  /** DataRow. */
  public static final byte DATA_ROW = 'D';

  /** ErrorResponse. */
  public static final byte ERROR = 'E';

  /** CopyInResponse. */
  public static final byte COPY_IN = 'G';

  /** CopyOutResponse. */
  public static final byte COPY_OUT = 'H';

  /** CopyBothResponse. */
  public static final byte COPY_BOTH = 'W';

  /** EmptyQueryResponse. */
  public static final byte EMPTY_QUERY = 'I';

  /** NoticeResponse. */
  public static final byte NOTICE = 'N';

  /** NoData. */
  public static final byte NO_DATA = 'n';

  /** ParameterStatus. */
  public static final byte PARAMETER_STATUS = 'S';

  /** RowDescription. */
  public static final byte ROW_DESCRIPTION = 'T';

  /** ParameterDescription. */
  public static final byte PARAMETER_DESCRIPTION = 't';

  /** FunctionCallResponse. */
  public static final byte FUNCTION_RESULT = 'V';

  /** ReadyForQuery. */
  public static final byte READY = 'Z';

  /** CopyData. */
  public static final byte COPY_DATA = 'd';

  /** CopyDone. */
  public static final byte COPY_DONE = 'c';

  /** PortalSuspended. */
  public static final byte PORTAL_SUSPENDED = 's';

  private static final int LENGTH_BYTES = 4;
  private static final int CONTROL_BYTES = 10_000;
  private static final int DATA_BYTES = 0x3fff_fffe;
  private static final int CODE_BYTES = 5;

  private BackendFrames() {}

  /** Whether a message of this type is passed on in pieces, however long it is. */
  public static boolean streams(byte type) {
    return type == DATA_ROW || type == COPY_DATA || type == FUNCTION_RESULT;
  }

  /**
   * The size of the message at {@code at}, header included, judged by its header alone; all {@link
   * #HEADER_BYTES} of it must be there.
   *
   * @param replyBytes the most that the body of a message may have that is long, but not streamed
   * @throws WireException if the type is unknown or the length impossible or above its limit
   */
  public static int size(ByteBuf in, int at, int replyBytes) {
    byte type = in.getByte(at);
    int length = in.getInt(at + 1);
    int most = most(type, replyBytes);
    if (length < LENGTH_BYTES) {
      throw WireException.beyond(Fault.LENGTH, name(type), "length", length, LENGTH_BYTES);
    }
    if (length - LENGTH_BYTES > most) {
      throw WireException.beyond(
          Fault.LIMIT, name(type), "body bytes", length - LENGTH_BYTES, most);
    }
    return length + 1;
  }

  private static int most(byte type, int replyBytes) {
    return switch (type) {
      case DATA_ROW, COPY_DATA, FUNCTION_RESULT -> DATA_BYTES;
      case PARSE_COMPLETE,
          BIND_COMPLETE,
          CLOSE_COMPLETE,
          EMPTY_QUERY,
          NO_DATA,
          READY,
          COPY_DONE,
          PORTAL_SUSPENDED ->
          CONTROL_BYTES;
      case NOTIFICATION,
          COMMAND_COMPLETE,
          ERROR,
          COPY_IN,
          COPY_OUT,
          COPY_BOTH,
          NOTICE,
          PARAMETER_STATUS,
          ROW_DESCRIPTION,
          PARAMETER_DESCRIPTION ->
          replyBytes;
      default ->
          throw WireException.undefined(Fault.TYPE, "backend message", "type byte", type & 0xff);
    };
  }

  private static String name(byte type) {
    return "backend message '" + (char) (type & 0x7f) + "'";
  }

  /**
   * The SQLSTATE of the ErrorResponse that lies in {@code [at, next)}, or five {@code X} if it
   * carries none that is one.
   */
  public static String sqlState(ByteBuf in, int at, int next) {
    int value = field(in, at, next, (byte) 'C');
    if (value < 0 || value + CODE_BYTES > next) {
      return "XXXXX";
    }
    for (int i = value; i < value + CODE_BYTES; i++) {
      byte c = in.getByte(i);
      if ((c < '0' || c > '9') && (c < 'A' || c > 'Z')) {
        return "XXXXX";
      }
    }
    return in.toString(value, CODE_BYTES, StandardCharsets.US_ASCII);
  }

  /** Whether the ErrorResponse that lies in {@code [at, next)} ends the connection. */
  public static boolean fatal(ByteBuf in, int at, int next) {
    int value = field(in, at, next, (byte) 'V');
    if (value < 0) {
      value = field(in, at, next, (byte) 'S');
    }
    return value >= 0 && value < next && (in.getByte(value) == 'F' || in.getByte(value) == 'P');
  }

  /** The bytes of the primary message of the ErrorResponse that lies in {@code [at, next)}. */
  public static byte[] message(ByteBuf in, int at, int next) {
    int from = field(in, at, next, (byte) 'M');
    int end = Math.max(from, 0);
    while (from >= 0 && end < next && in.getByte(end) != 0) {
      end++;
    }
    byte[] message = new byte[from < 0 ? 0 : end - from];
    in.getBytes(Math.max(from, 0), message);
    return message;
  }

  /** Where the value of a report's field begins, or -1. */
  private static int field(ByteBuf in, int at, int next, byte wanted) {
    int i = at + HEADER_BYTES;
    while (i < next && in.getByte(i) != 0) {
      if (in.getByte(i) == wanted) {
        return i + 1;
      }
      i++;
      while (i < next && in.getByte(i) != 0) {
        i++;
      }
      i++;
    }
    return -1;
  }
}
