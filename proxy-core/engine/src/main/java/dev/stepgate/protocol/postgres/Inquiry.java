package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendFrames;
import dev.stepgate.protocol.postgres.wire.Bind;
import dev.stepgate.protocol.postgres.wire.Close;
import dev.stepgate.protocol.postgres.wire.Execute;
import dev.stepgate.protocol.postgres.wire.Flush;
import dev.stepgate.protocol.postgres.wire.Formats;
import dev.stepgate.protocol.postgres.wire.Parse;
import dev.stepgate.protocol.postgres.wire.Sync;
import dev.stepgate.protocol.postgres.wire.Target;
import dev.stepgate.protocol.postgres.wire.Values;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the gateway asks the server about a session, on the session's own connection, between two
 * messages of the client's. By named statements and portals of its own, so that the client's
 * unnamed ones stay; within a transaction that is open without Sync, so that it stays open; by
 * SHOW, which takes no snapshot, so that a transaction's first statement is still the client's.
 */
final class Inquiry {

  /**
   * What the server says.
   *
   * @param searchPath the setting's entries, or null if they cannot be told
   * @param user whose privileges count, or null if that cannot be told
   * @param temporary the session's temporary schema, or null if it has none
   */
  record Answer(
      List<String> searchPath,
      String user,
      String temporary,
      String clientEncoding,
      String strings) {}

  /** The most that one value may have, in bytes. */
  private static final int MAX_VALUE_BYTES = 64 << 10;

  private static final WireText NAME = WireText.of("stepgate.inquiry");
  private static final List<WireText> SHOWS =
      List.of(
          WireText.of("SHOW search_path"),
          WireText.of("SHOW role"),
          WireText.of("SHOW session_authorization"),
          WireText.of("SHOW client_encoding"),
          WireText.of("SHOW standard_conforming_strings"));

  /** Asked only once the session may have made something temporary, which took a snapshot. */
  private static final WireText TEMPORARY =
      WireText.of(
          "SELECT nspname FROM pg_catalog.pg_namespace"
              + " WHERE oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()");

  private final List<WireText> questions = new ArrayList<>(SHOWS);
  private final boolean synced;
  private final List<byte[]> values = new ArrayList<>();
  private int answered;
  private Substitute failure;

  /**
   * An inquiry.
   *
   * @param temporary whether the session's temporary schema is asked for
   * @param synced whether it ends with a Sync of its own
   */
  Inquiry(boolean temporary, boolean synced) {
    if (temporary) {
      questions.add(TEMPORARY);
    }
    this.synced = synced;
  }

  /** Writes it, and notes what the server will owe. */
  void write(ByteBuf out, Replies replies) {
    for (WireText question : questions) {
      new Parse(NAME, question, new int[0]).encode(out);
      replies.add(Reply.PARSE, null, this);
      new Bind(NAME, NAME, Formats.NONE, Values.NONE, Formats.NONE).encode(out);
      replies.add(Reply.BIND, null, this);
      new Execute(NAME, 0).encode(out);
      replies.add(Reply.EXECUTE, null, this);
      new Close(Target.PORTAL, NAME).encode(out);
      replies.add(Reply.CLOSE, null, this);
      new Close(Target.STATEMENT, NAME).encode(out);
      replies.add(Reply.CLOSE, null, this);
    }
    if (synced) {
      new Sync().encode(out);
      replies.add(Reply.SYNC, null, this);
    } else {
      new Flush().encode(out);
    }
  }

  /** The server's DataRow in {@code [at, next)}. */
  void row(ByteBuf in, int at, int next) {
    int columns = at + BackendFrames.HEADER_BYTES;
    if (next - columns < 6 || in.getShort(columns) != 1 || values.size() != answered) {
      throw new DesyncException(BackendFrames.DATA_ROW, Reply.EXECUTE);
    }
    int length = in.getInt(columns + 2);
    int from = columns + 6;
    if (length < 0 || length != next - from || length > MAX_VALUE_BYTES) {
      throw new DesyncException(BackendFrames.DATA_ROW, Reply.EXECUTE);
    }
    byte[] value = new byte[length];
    in.getBytes(from, value);
    values.add(value);
  }

  /** The server has answered one question. */
  void questionAnswered() {
    answered++;
    if (values.size() < answered) {
      values.add(null);
    }
  }

  /** The server failed: it skips the rest. */
  void failed(Substitute error) {
    failure = error;
  }

  /** The error that it ended with, or null. */
  Substitute failure() {
    return failure;
  }

  /** What the server said, once all is there. */
  Answer answer() {
    String encoding = ascii(values.get(3));
    boolean utf8 = "UTF8".equals(encoding);
    String role = text(values.get(1), utf8);
    String temporary = values.size() > SHOWS.size() ? text(values.get(5), utf8) : null;
    String path = text(values.get(0), utf8);
    return new Answer(
        path == null ? null : SearchPath.entries(path),
        "none".equals(role) ? text(values.get(2), utf8) : role,
        temporary,
        encoding,
        ascii(values.get(4)));
  }

  private static String ascii(byte[] value) {
    return value == null ? null : new String(value, StandardCharsets.US_ASCII);
  }

  /** Null where the encoding would have to be known. */
  private static String text(byte[] value, boolean utf8) {
    if (value == null) {
      return null;
    }
    for (byte b : value) {
      if (b < 0 && !utf8) {
        return null;
      }
    }
    return new String(value, StandardCharsets.UTF_8);
  }
}
