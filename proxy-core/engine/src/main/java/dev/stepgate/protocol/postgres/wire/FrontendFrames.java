package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;

/**
 * The headers of what a client sends once its session is open, read where they lie: a relay that
 * forwards bytes needs no message objects. Positions are absolute indices of the buffer.
 */
public final class FrontendFrames {

  /** Type byte and length word, in bytes. */
  public static final int HEADER_BYTES = 5;

  /** Query. */
  public static final byte QUERY = 'Q';

  /** Parse. */
  public static final byte PARSE = 'P';

  /** Bind. */
  public static final byte BIND = 'B';

  /** Execute. */
  public static final byte EXECUTE = 'E';

  /** Describe. */
  public static final byte DESCRIBE = 'D';

  /** Close. */
  public static final byte CLOSE = 'C';

  /** Sync. */
  public static final byte SYNC = 'S';

  /** Flush. */
  public static final byte FLUSH = 'H';

  /** FunctionCall. */
  public static final byte FUNCTION_CALL = 'F';

  /** CopyData. */
  public static final byte COPY_DATA = 'd';

  /** CopyDone. */
  public static final byte COPY_DONE = 'c';

  /** CopyFail. */
  public static final byte COPY_FAIL = 'f';

  /** Terminate. */
  public static final byte TERMINATE = 'X';

  /** What Describe and Close say of a prepared statement. */
  public static final byte STATEMENT = 'S';

  /** What Describe and Close say of a portal. */
  public static final byte PORTAL = 'P';

  private static final int LENGTH_BYTES = 4;
  private static final int CONTROL_BYTES = 10_000;
  private static final int DATA_BYTES = 0x3fff_fffe;

  private FrontendFrames() {}

  /**
   * The size of the message at {@code at}, header included, judged by its header alone; all {@link
   * #HEADER_BYTES} of it must be there.
   *
   * @param statementBytes the most that the body of a Query, Parse, Bind or FunctionCall may have
   * @throws WireException if the type is unknown or the length impossible or above its limit
   */
  public static int size(ByteBuf in, int at, int statementBytes) {
    byte type = in.getByte(at);
    int length = in.getInt(at + 1);
    int most = most(type, statementBytes);
    int least = LENGTH_BYTES + (type == DESCRIBE || type == CLOSE ? 2 : 0);
    if (length < least) {
      throw WireException.beyond(Fault.LENGTH, name(type), "length", length, least);
    }
    if (length - LENGTH_BYTES > most) {
      throw WireException.beyond(
          Fault.LIMIT, name(type), "body bytes", length - LENGTH_BYTES, most);
    }
    return length + 1;
  }

  private static int most(byte type, int statementBytes) {
    return switch (type) {
      case QUERY, PARSE, BIND, FUNCTION_CALL -> statementBytes;
      case EXECUTE, DESCRIBE, CLOSE, COPY_FAIL -> CONTROL_BYTES;
      case SYNC, FLUSH, COPY_DONE, TERMINATE -> 0;
      case COPY_DATA -> DATA_BYTES;
      default ->
          throw WireException.undefined(Fault.TYPE, "frontend message", "type byte", type & 0xff);
    };
  }

  /** Whether the type is one that asks for nothing by itself: Describe, Close, Sync, Flush. */
  public static boolean accompanies(byte type) {
    return type == SYNC || type == DESCRIBE || type == CLOSE || type == FLUSH;
  }

  /**
   * The index of the zero byte that ends the string beginning at {@code from}.
   *
   * @throws WireException if there is none before {@code end}
   */
  public static int textEnd(ByteBuf in, int from, int end) {
    for (int i = from; i < end; i++) {
      if (in.getByte(i) == 0) {
        return i;
      }
    }
    throw WireException.because(
        Fault.TERMINATOR, "frontend message", "a name has no terminating zero");
  }

  private static String name(byte type) {
    return switch (type) {
      case QUERY -> "Query";
      case PARSE -> "Parse";
      case BIND -> "Bind";
      case EXECUTE -> "Execute";
      case DESCRIBE -> "Describe";
      case CLOSE -> "Close";
      case SYNC -> "Sync";
      case FLUSH -> "Flush";
      case FUNCTION_CALL -> "FunctionCall";
      case COPY_DATA -> "CopyData";
      case COPY_DONE -> "CopyDone";
      case COPY_FAIL -> "CopyFail";
      case TERMINATE -> "Terminate";
      default -> "frontend message";
    };
  }
}
