package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;

/**
 * Decodes what a client sends before the session is open. Which requests have a place at this
 * moment (no second SSLRequest, nothing already behind one) is the session's to judge.
 */
public final class StartupDecoder {

  /** The most that may follow the length word, in bytes; the server has the same limit. */
  public static final int MAX_BYTES = 10_000;

  private static final int CODE_BYTES = 4;
  private static final int TLS_HANDSHAKE = 0x16;
  private static final String PLACE = "start-up request";

  private final MessageReader reader;

  /** A decoder for one connection. */
  public StartupDecoder() {
    this(new MessageReader());
  }

  StartupDecoder(MessageReader reader) {
    this.reader = reader;
  }

  /**
   * Whether the next byte begins a TLS handshake (direct TLS, without SSLRequest). No start-up
   * request can begin so: it would be 352 MiB long.
   */
  public static boolean isTlsHandshake(ByteBuf in) {
    return in.isReadable() && in.getByte(in.readerIndex()) == TLS_HANDSHAKE;
  }

  /**
   * The next request, consumed; or null if it is not all there, and then nothing is consumed.
   * Length and code are judged as soon as they are there.
   *
   * @throws WireException if this is no start-up request; the buffer is then of no further use
   */
  public StartupRequest decode(ByteBuf in) {
    if (in.readableBytes() < Frame.LENGTH_BYTES) {
      return null;
    }
    int length = in.getInt(in.readerIndex());
    reader.frame(PLACE, length, CODE_BYTES, MAX_BYTES);
    if (in.readableBytes() < Frame.LENGTH_BYTES + CODE_BYTES) {
      return null;
    }
    int code = in.getInt(in.readerIndex() + Frame.LENGTH_BYTES);
    checkCode(code, length);
    if (in.readableBytes() < length) {
      return null;
    }
    in.skipBytes(Frame.LENGTH_BYTES + CODE_BYTES);
    return request(code, in.readSlice(length - Frame.LENGTH_BYTES - CODE_BYTES));
  }

  private static void checkCode(int code, int length) {
    switch (code) {
      case SSLRequest.CODE -> checkBare("SSLRequest", length);
      case GSSENCRequest.CODE -> checkBare("GSSENCRequest", length);
      case CancelRequest.CODE -> checkCancel(length);
      default -> checkVersion(code);
    }
  }

  private static void checkBare(String place, int length) {
    if (length != Frame.LENGTH_BYTES + CODE_BYTES) {
      throw WireException.beyond(
          Fault.LENGTH, place, "length", length, Frame.LENGTH_BYTES + CODE_BYTES);
    }
  }

  private static void checkCancel(int length) {
    int fixed = Frame.LENGTH_BYTES + CODE_BYTES + Integer.BYTES;
    if (length > fixed + CancelKey.MAX_BYTES) {
      throw WireException.beyond(
          Fault.LIMIT, "CancelRequest", "length", length, fixed + CancelKey.MAX_BYTES);
    }
  }

  private static void checkVersion(int code) {
    int major = code >>> 16;
    if (major != StartupMessage.MAJOR) {
      throw WireException.beyond(
          Fault.VERSION, PLACE, "major protocol version", major, StartupMessage.MAJOR);
    }
  }

  private StartupRequest request(int code, ByteBuf body) {
    return switch (code) {
      case SSLRequest.CODE -> new SSLRequest();
      case GSSENCRequest.CODE -> new GSSENCRequest();
      case CancelRequest.CODE -> CancelRequest.decode(reader.over(body, "CancelRequest"));
      default -> StartupMessage.decode(reader.over(body, "StartupMessage"), code & 0xffff);
    };
  }
}
