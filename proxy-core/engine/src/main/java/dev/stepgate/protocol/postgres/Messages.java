package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Refusal;
import dev.stepgate.protocol.postgres.wire.BackendFrames;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.Close;
import dev.stepgate.protocol.postgres.wire.CopyFail;
import dev.stepgate.protocol.postgres.wire.ErrorResponse;
import dev.stepgate.protocol.postgres.wire.Flush;
import dev.stepgate.protocol.postgres.wire.FrontendMessage;
import dev.stepgate.protocol.postgres.wire.NoticeResponse;
import dev.stepgate.protocol.postgres.wire.Parse;
import dev.stepgate.protocol.postgres.wire.Query;
import dev.stepgate.protocol.postgres.wire.Report;
import dev.stepgate.protocol.postgres.wire.Sync;
import dev.stepgate.protocol.postgres.wire.Target;
import dev.stepgate.protocol.postgres.wire.Terminate;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The few messages that the gateway itself says to a client or a server. */
final class Messages {

  /** A statement that no server can parse, for the place of a refused one. */
  private static final WireText NO_STATEMENT = WireText.of("refused by the gateway");

  /** A name that no client should use: what a Parse that cannot succeed would be known by. */
  private static final WireText NO_NAME = WireText.of("stepgate.refused");

  /** What a notice of the server's own has for its SQLSTATE. */
  private static final String SUCCESS = "00000";

  private static final int SMALL_BYTES = 256;
  private static final int READY_BYTES = 6;

  private Messages() {}

  /** An error that ends the connection. */
  static ByteBuf fatal(ByteBufAllocator buffers, String sqlState, String message) {
    return report(buffers, "FATAL", sqlState, message);
  }

  /** An error that the connection outlives. */
  static ByteBuf error(ByteBufAllocator buffers, Substitute error) {
    return report(buffers, "ERROR", error.sqlState(), error.sentence());
  }

  /** A word by the way. */
  static ByteBuf notice(ByteBufAllocator buffers, String message) {
    ByteBuf out = buffers.buffer(SMALL_BYTES);
    new NoticeResponse(Report.of("NOTICE", SUCCESS, line(message), null, null)).encode(out);
    return out;
  }

  /** The one line that a client prints. */
  static String sentence(Refusal refusal) {
    String rule = refusal.rule().isEmpty() ? "" : " by rule \"" + refusal.rule() + "\"";
    return "refused" + rule + ": " + refusal.sentence() + " [" + refusal.reference() + "]";
  }

  private static ByteBuf report(
      ByteBufAllocator buffers, String severity, String sqlState, String message) {
    ByteBuf out = buffers.buffer(SMALL_BYTES);
    new ErrorResponse(Report.of(severity, sqlState, line(message), null, null)).encode(out);
    return out;
  }

  private static String line(String message) {
    return message.replace('\0', ' ').replace('\n', ' ').replace('\r', ' ');
  }

  /** ReadyForQuery with that status byte. */
  static ByteBuf ready(ByteBufAllocator buffers, byte status) {
    ByteBuf out = buffers.buffer(READY_BYTES, READY_BYTES);
    return out.writeByte(BackendFrames.READY).writeInt(READY_BYTES - 1).writeByte(status);
  }

  /** A Query that fails, whatever the server. */
  static ByteBuf failingQuery(ByteBufAllocator buffers) {
    return encoded(buffers, new Query(NO_STATEMENT));
  }

  /** A Parse that fails, whatever the server, and leaves the unnamed statement alone. */
  static ByteBuf failingParse(ByteBufAllocator buffers) {
    return encoded(buffers, new Parse(NO_NAME, NO_STATEMENT, new int[0]));
  }

  /** Makes a server's COPY FROM STDIN fail. */
  static ByteBuf copyFail(ByteBufAllocator buffers) {
    return encoded(buffers, new CopyFail(NO_STATEMENT));
  }

  /** Makes a server send what it holds back. */
  static ByteBuf flush(ByteBufAllocator buffers) {
    return encoded(buffers, new Flush());
  }

  /** The end of a connection. */
  static ByteBuf terminate(ByteBufAllocator buffers) {
    return encoded(buffers, new Terminate());
  }

  /** Sync, then the Close of what does not exist (never an error), then Sync. */
  static ByteBuf probe(ByteBufAllocator buffers) {
    ByteBuf out = buffers.buffer(SMALL_BYTES);
    new Sync().encode(out);
    new Close(Target.STATEMENT, NO_NAME).encode(out);
    new Sync().encode(out);
    return out;
  }

  static ByteBuf encoded(ByteBufAllocator buffers, FrontendMessage message) {
    ByteBuf out = buffers.buffer(SMALL_BYTES);
    message.encode(out);
    return out;
  }

  static ByteBuf encoded(ByteBufAllocator buffers, BackendMessage message) {
    ByteBuf out = buffers.buffer(SMALL_BYTES);
    message.encode(out);
    return out;
  }
}
