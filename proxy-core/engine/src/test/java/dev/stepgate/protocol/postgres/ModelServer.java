package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What PostgreSQL's main loop does with messages (postgres.c, copyfromparse.c, 15 to 18), without
 * the SQL: a statement says itself what becomes of it. {@code rows 3}, {@code error}, {@code
 * copyin} ({@code copyin early}: fails before it reads; {@code copyin 2}: fails at the second
 * piece), {@code copyout 3}, {@code begin}, {@code commit}, {@code rollback}, {@code notice};
 * anything else is a syntax error. Several stand behind each other with {@code ;}. Output is held
 * back until a flush, as a server does.
 */
final class ModelServer {

  private static final int SEND_BUFFER_BYTES = 8192;

  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, String> statements = new HashMap<>();
  private final Map<String, int[]> positions = new HashMap<>();
  private final Map<String, String> portals = new HashMap<>();

  /** What became of each statement that holds {@code #id}: its rows, or {@code failed}. */
  final Map<String, String> ran = new TreeMap<>();

  private byte[] rest = {};
  private char status = 'I';
  private boolean ignoring;
  private boolean closed;
  private Copy copy;

  private static final class Copy {
    final boolean extended;
    final int failAt;
    final Deque<String> behind;
    int pieces;

    Copy(boolean extended, int failAt, Deque<String> behind) {
      this.extended = extended;
      this.failAt = failAt;
      this.behind = behind;
    }
  }

  boolean closed() {
    return closed;
  }

  /** The server gets these bytes. */
  void feed(byte[] bytes) {
    byte[] all = Wire.join(rest, bytes);
    int at = 0;
    while (!closed && all.length - at >= 5) {
      int size = ByteBuffer.wrap(all).getInt(at + 1) + 1;
      if (size > all.length - at) {
        break;
      }
      byte[] body = Arrays.copyOfRange(all, at + 5, at + size);
      if (copy != null) {
        copying((char) all[at]);
      } else {
        received((char) all[at], body);
      }
      at += size;
    }
    rest = Arrays.copyOfRange(all, at, all.length);
  }

  /** What it has sent since last asked. */
  byte[] sent() {
    byte[] sent = out.toByteArray();
    out.reset();
    return sent;
  }

  private void send(byte[]... messages) {
    for (byte[] message : messages) {
      held.writeBytes(message);
    }
    if (held.size() > SEND_BUFFER_BYTES) {
      flush();
    }
  }

  private void flush() {
    out.writeBytes(held.toByteArray());
    held.reset();
  }

  private void ready() {
    send(Wire.ready(status));
    flush();
  }

  private void fail(String code, boolean extended) {
    send(error(code));
    flush();
    if (status == 'T') {
      status = 'E';
    }
    if (extended) {
      ignoring = true;
    }
  }

  private void copying(char type) {
    switch (type) {
      case 'd' -> {
        if (++copy.pieces == copy.failAt) {
          copyFailed("22P04");
        }
      }
      case 'c' -> {
        Copy done = copy;
        copy = null;
        send(complete("COPY " + done.pieces));
        if (!done.extended) {
          run(done.behind);
        }
      }
      case 'f' -> copyFailed("57014");
      case 'H', 'S' -> {
        // Swallowed.
      }
      default -> {
        send(error("08P01"), error("FATAL", "08P01"));
        flush();
        closed = true;
      }
    }
  }

  private void copyFailed(String code) {
    Copy failed = copy;
    copy = null;
    fail(code, failed.extended);
    if (!failed.extended) {
      ready();
    }
  }

  private void received(char type, byte[] body) {
    if (type == 'S') {
      ignoring = false;
      ready();
    } else if (type == 'X') {
      closed = true;
    } else if (!ignoring) {
      act(type, body);
    }
  }

  private void act(char type, byte[] body) {
    switch (type) {
      case 'Q' -> {
        String sql = string(body, 0);
        if (sql.isEmpty()) {
          send(message('I'));
          ready();
        } else {
          run(new ArrayDeque<>(Arrays.asList(sql.split(";"))));
        }
      }
      case 'F' -> {
        send(message('V', Wire.int32(-1)));
        ready();
      }
      case 'P' -> parse(string(body, 0), string(body, string(body, 0).length() + 1));
      case 'B' -> bind(string(body, 0), string(body, string(body, 0).length() + 1));
      case 'D' -> describe((char) body[0], string(body, 1));
      case 'C' -> {
        (body[0] == 'S' ? statements : portals).remove(string(body, 1));
        send(message('3'));
      }
      case 'E' -> execute(string(body, 0), ByteBuffer.wrap(body).getInt(body.length - 4));
      case 'H' -> flush();
      default -> {
        // CopyData, CopyDone, CopyFail: ignored.
      }
    }
  }

  private static String string(byte[] body, int from) {
    int end = from;
    while (body[end] != 0) {
      end++;
    }
    return new String(body, from, end - from, StandardCharsets.UTF_8);
  }

  private void run(Deque<String> sql) {
    while (!sql.isEmpty()) {
      if (!statement(sql.poll().strip(), false, sql, null, 0)) {
        if (copy == null && !closed) {
          ready();
        }
        return;
      }
    }
    ready();
  }

  /** Whether it was done; not if it failed or has become a COPY that reads. */
  private boolean statement(
      String sql, boolean extended, Deque<String> behind, int[] position, int limit) {
    String[] words = sql.split("[ #]");
    if (status == 'E' && !words[0].equals("rollback") && !words[0].equals("commit")) {
      return failed(sql, "25P02", extended);
    }
    switch (words[0]) {
      case "rows" -> {
        rows(Integer.parseInt(words[1]), extended, position, limit);
        ran(sql, words[1]);
      }
      case "begin" -> {
        status = 'T';
        send(complete("BEGIN"));
      }
      case "commit", "rollback" -> {
        status = 'I';
        send(complete("COMMIT"));
      }
      case "notice" -> send(Wire.notice(), complete("DO"));
      case "copyout" -> {
        int pieces = Integer.parseInt(words[1]);
        send(Wire.copyOut());
        for (int i = 0; i < pieces; i++) {
          send(Wire.copyData("line " + i));
        }
        send(Wire.copyDone(), complete("COPY " + pieces));
      }
      case "copyin" -> {
        send(Wire.copyIn());
        flush();
        String how = words.length > 1 ? words[1] : "";
        if (how.equals("early")) {
          return failed(sql, "P0001", extended);
        }
        copy = new Copy(extended, how.isEmpty() ? -1 : Integer.parseInt(how), behind);
        return false;
      }
      default -> {
        return failed(sql, words[0].equals("error") ? "22012" : "42601", extended);
      }
    }
    return true;
  }

  private boolean failed(String sql, String code, boolean extended) {
    ran(sql, "failed");
    fail(code, extended);
    return false;
  }

  private void ran(String sql, String what) {
    int id = sql.indexOf('#');
    if (id >= 0) {
      ran.put(sql.substring(id), what);
    }
  }

  private void rows(int count, boolean extended, int[] position, int limit) {
    if (!extended) {
      send(Wire.rowDescription());
    }
    int from = position == null ? 0 : position[0];
    int to = limit > 0 ? Math.min(count, from + limit) : count;
    for (int i = from; i < to; i++) {
      send(Wire.row("value " + i));
    }
    if (position != null) {
      position[0] = to;
    }
    send(limit > 0 && to == from + limit ? message('s') : complete("SELECT " + (to - from)));
  }

  private void parse(String name, String sql) {
    if (sql.isEmpty() || !sql.matches("(rows|error|copyin|copyout|begin|commit|notice).*")) {
      fail("42601", true);
    } else if (status == 'E' && !sql.startsWith("commit")) {
      fail("25P02", true);
    } else if (!name.isEmpty() && statements.containsKey(name)) {
      fail("42P05", true);
    } else {
      statements.put(name, sql);
      send(message('1'));
    }
  }

  private void bind(String portal, String name) {
    String sql = statements.get(name);
    if (sql == null) {
      fail("26000", true);
    } else {
      portals.put(portal, sql);
      positions.put(portal, new int[1]);
      send(message('2'));
    }
  }

  private void describe(char what, String name) {
    String sql = (what == 'S' ? statements : portals).get(name);
    if (sql == null) {
      fail(what == 'S' ? "26000" : "34000", true);
      return;
    }
    if (what == 'S') {
      send(message('t', Wire.int16(0)));
    }
    send(sql.startsWith("rows") ? Wire.rowDescription() : message('n'));
  }

  private void execute(String portal, int limit) {
    String sql = portals.get(portal);
    if (sql == null) {
      fail("34000", true);
    } else {
      statement(sql, true, null, positions.get(portal), limit);
    }
  }
}
