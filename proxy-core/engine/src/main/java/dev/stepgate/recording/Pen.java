package dev.stepgate.recording;

import static dev.stepgate.recording.LineBuffer.ascii;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns journal frames into the lines and bodies of {@code docs/specs/recording.md}. Lines are made
 * byte by byte in buffers that are used again, since this happens for every event. One thread.
 */
final class Pen {

  /** A rest line stands for at most so many bytes. */
  static final int MAX_REST = 1 << 20;

  private static final byte[] TIME = ascii("{\"t\":");
  private static final byte[] NOTE = ascii(",\"note\":");
  private static final byte[] REQUEST = ascii(",\"request\":");
  private static final byte[] KIND = ascii(",\"kind\":\"");
  private static final byte[] OF = ascii(",\"of\":");
  private static final byte[] DATA = ascii(",\"data\":");
  private static final byte[] RESPONSE = ascii(",\"response\":");
  private static final byte[] REST = ascii(",\"rest\":");
  private static final byte[] PIECES = ascii(",\"pieces\":");
  private static final byte[] OUTCOME = ascii(",\"outcome\":");
  private static final byte[] STATUS = ascii(",\"status\":\"");
  private static final byte[] CODE = ascii(",\"code\":");
  private static final byte[] ROWS = ascii(",\"rows\":");
  private static final byte[] BYTES = ascii(",\"bytes\":");
  private static final byte[] END = ascii(",\"end\":");
  private static final byte[] OPERATIONS = ascii(",\"operations\":");
  private static final byte[] REFUSED = ascii(",\"refused\":");
  private static final byte[] INTERRUPTED = ascii(",\"interrupted\":true");
  private static final byte[] FOUND = ascii(",\"found\":");
  private static final byte[] TAIL = ascii(",\"tail\":");
  private static final byte[] AT = ascii(",\"at\":");
  private static final byte[] SIZE = ascii(",\"size\":");
  private static final byte[] SUM = ascii(",\"sum\":\"");
  private static final byte[] SALT = ascii(",\"salt\":\"");
  private static final byte[][] KINDS = kinds();
  private static final byte[][] STATUSES = statuses();
  private static final String[] HEADER = {"gateway", "target", "protocol", "peer"};
  private static final DateTimeFormatter OPENED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int FIRST_CAPACITY = 1 << 10;
  private static final int KEPT_CAPACITY = 64 << 10;
  private static final int KEPT_BUFFERS = 64;

  private final Salts salts;
  private final HashChain chain = new HashChain();
  private final MessageDigest body = HashChain.sha256();
  private final byte[] hash = new byte[HashChain.BYTES];
  private final LineBuffer line = new LineBuffer(FIRST_CAPACITY);
  private final LineBuffer restLine = new LineBuffer(FIRST_CAPACITY);
  private final LineBuffer notKept = new LineBuffer(Frame.MAX_BODY);
  private final ArrayDeque<LineBuffer> buffers = new ArrayDeque<>();
  private final ArrayDeque<MessageDigest> digests = new ArrayDeque<>();
  private final List<Transcript> dirty = new ArrayList<>();

  /** The body of the event under way: where it began and how long it is so far. */
  private long bodyAt;

  private long bodyBytes;

  Pen(Salts salts) {
    this.salts = salts;
  }

  /** The transcripts with something to be written. */
  List<Transcript> dirty() {
    return dirty;
  }

  /** Writes one frame into the transcript's pending bytes. */
  void apply(Transcript to, Frame frame) {
    soil(to);
    if (frame.type() == Frame.REST) {
      rest(to, frame);
      return;
    }
    closeRest(to);
    if (!frame.continued()) {
      line.clear();
      bodyBytes = 0;
      prefix(to, frame);
    }
    if (frame.bodyLength() > 0) {
      body(to, frame);
    }
    if (!frame.more()) {
      if (bodyBytes > 0) {
        HashChain.finish(body, hash);
        region(line, bodyAt, bodyBytes);
      }
      finish(to, line);
      count(to, frame);
    }
  }

  private static void count(Transcript to, Frame frame) {
    to.applied = frame.event();
    to.lastTime = frame.time();
    if (frame.type() == Frame.REQUEST) {
      to.operations++;
    } else if (frame.type() == Frame.OUTCOME && frame.code() == Outcome.Status.REFUSED.code()) {
      to.refused++;
    } else if (frame.type() == Frame.END) {
      to.ended = true;
    }
  }

  /** Drops an event of which not all frames came. */
  void discard(Transcript to) {
    if (bodyBytes > 0) {
      body.reset();
      to.discardBodiesFrom(bodyAt);
      bodyBytes = 0;
    }
  }

  /** Ends a recording that its gateway left open. */
  void interrupted(Transcript to, Instant found) {
    soil(to);
    closeRest(to);
    line.clear();
    line.put(TIME).number(to.lastTime).put(END).string("the gateway died");
    counts(to).put(INTERRUPTED);
    line.put(FOUND).string(found.toString());
    line.put(TAIL).string(to.tailUnknown ? "unknown" : "whole");
    to.ended = true;
    finish(to, line);
  }

  /** The transcript's pending bytes were written: takes its buffers back. */
  void clean(Transcript written) {
    recycle(written.pendingLines);
    recycle(written.pendingBodies);
    written.pendingLines = null;
    written.pendingBodies = null;
  }

  /** Writes the rest line that is being put together, if one is. */
  void closeRest(Transcript to) {
    if (to.rest == null) {
      return;
    }
    HashChain.finish(to.rest, hash);
    digests.push(to.rest);
    to.rest = null;
    restLine.clear();
    restLine.put(TIME).number(to.restTime).put(REST).number(to.restOperation);
    restLine.put(PIECES).number(to.restPieces);
    region(restLine, to.restAt, to.restBytes);
    restLine.put(SALT).base64(to.restSalt).put('"');
    finish(to, restLine);
  }

  private void soil(Transcript to) {
    if (!to.dirty()) {
      to.pendingLines = buffer();
      to.pendingBodies = buffer();
      dirty.add(to);
    }
  }

  private void prefix(Transcript to, Frame frame) {
    if (frame.type() == Frame.OPEN) {
      header(to, frame);
      return;
    }
    line.put(TIME).number(frame.time());
    switch (frame.type()) {
      case Frame.NOTE -> note(frame);
      case Frame.REQUEST -> request(frame);
      case Frame.DATA -> line.put(DATA).number(frame.operation());
      case Frame.RESPONSE -> line.put(RESPONSE).number(frame.operation());
      case Frame.OUTCOME -> outcome(frame);
      case Frame.END -> end(to, frame);
      default -> throw new IllegalStateException("no event of type " + frame.type());
    }
  }

  private void header(Transcript to, Frame frame) {
    line.put(ascii("{\"stepgate-recording\":1,\"recording\":")).string(to.name.toString());
    line.put(ascii(",\"session\":")).string(to.session.value());
    int at = 0;
    for (String key : HEADER) {
      line.put(ascii(",\"" + key + "\":\""));
      for (; at < frame.textLength() && frame.textAt(at) != 0; at++) {
        line.character(frame.textAt(at));
      }
      at++;
      line.put('"');
    }
    long micros = frame.extra();
    Instant opened =
        Instant.ofEpochSecond(
            Math.floorDiv(micros, MICROS_PER_SECOND),
            Math.floorMod(micros, MICROS_PER_SECOND) * 1_000);
    Durability durability = Durability.of(frame.code());
    line.put(ascii(",\"opened\":")).string(OPENED.format(opened));
    line.put(ascii(",\"durability\":")).string(durability.word());
    line.put(ascii(",\"capture\":")).number(frame.total());
    if (at < frame.textLength()) {
      who(frame, at);
    }
  }

  // A journal can hold anything: what makes no proper members, or too long ones, is left out.
  private void who(Frame frame, int from) {
    StringBuilder fields = new StringBuilder();
    for (int at = from; at < frame.textLength(); at++) {
      fields.append(frame.textAt(at));
    }
    Who.parse(fields.toString())
        .map(Who::json)
        .filter(json -> json.length() <= Who.MAX_JSON)
        .ifPresent(json -> line.put(ascii(json)));
  }

  private void note(Frame frame) {
    line.put(NOTE).put('"');
    for (int i = 0; i < frame.textLength(); i++) {
      char c = frame.textAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      boolean plain = letter || c == '.' || c == '_' || c == '-';
      line.put(plain ? c : '_');
    }
    line.put('"');
  }

  private void request(Frame frame) {
    line.put(REQUEST).number(frame.operation()).put(KIND).put(KINDS[frame.code()]).put('"');
    if (frame.extra() != Operation.NO_SUBJECT) {
      line.put(OF).number(frame.extra());
    }
  }

  private void outcome(Frame frame) {
    line.put(OUTCOME).number(frame.operation()).put(STATUS).put(STATUSES[frame.code()]).put('"');
    if (frame.textLength() > 0) {
      line.put(CODE);
      text(frame);
    }
    line.put(ROWS).number(frame.extra());
    if (frame.total() > 0) {
      line.put(BYTES).number(frame.total());
    }
  }

  private void end(Transcript to, Frame frame) {
    line.put(END);
    text(frame);
    counts(to);
    if (frame.code() == Frame.STOPPED) {
      line.put(INTERRUPTED);
    }
  }

  private LineBuffer counts(Transcript to) {
    return line.put(OPERATIONS).number(to.operations).put(REFUSED).number(to.refused);
  }

  private void text(Frame frame) {
    line.put('"');
    for (int i = 0; i < frame.textLength(); i++) {
      line.character(frame.textAt(i));
    }
    line.put('"');
  }

  private void body(Transcript to, Frame frame) {
    LineBuffer bodies = to.pendingBodies;
    int from = bodies.length();
    if (bodyBytes == 0) {
      bodyAt = to.bodiesEnd();
      salt(bodies);
    }
    int bytes = frame.bodyLength();
    int at = bodies.extend(bytes);
    frame.body(bodies.bytes(), at);
    body.update(bodies.bytes(), from, bodies.length() - from);
    bodyBytes += bytes;
  }

  private void rest(Transcript to, Frame frame) {
    int bytes = frame.bodyLength();
    if (to.rest != null
        && (to.restOperation != frame.operation() || to.restBytes + bytes > MAX_REST)) {
      closeRest(to);
    }
    if (to.rest == null) {
      to.rest = digests.isEmpty() ? HashChain.sha256() : digests.pop();
      to.restOperation = frame.operation();
      to.restTime = frame.time();
      to.restPieces = 0;
      to.restBytes = 0;
      to.restAt = to.bodiesEnd();
      int at = salt(to.pendingBodies);
      // The sum proves nothing without the bytes, which nobody keeps: the salt needs its own.
      to.rest.update(to.pendingBodies.bytes(), at, Salts.BYTES);
      HashChain.finish(to.rest, to.restSalt);
      to.rest.update(to.pendingBodies.bytes(), at, Salts.BYTES);
    }
    notKept.clear();
    notKept.extend(bytes);
    frame.body(notKept.bytes(), 0);
    to.rest.update(notKept.bytes(), 0, bytes);
    to.restPieces++;
    to.restBytes += bytes;
    to.lastTime = frame.time();
    to.applied = frame.event();
  }

  private int salt(LineBuffer bodies) {
    int at = bodies.extend(Salts.BYTES);
    salts.next(bodies.bytes(), at);
    return at;
  }

  private void region(LineBuffer of, long at, long size) {
    of.put(AT).number(at).put(SIZE).number(size).put(SUM).base64(hash).put('"');
  }

  private void finish(Transcript to, LineBuffer made) {
    made.put('}');
    chain.advance(to.head, made.bytes(), 0, made.length());
    to.pendingLines.put(made.bytes(), 0, made.length()).put('\n');
    to.lines++;
  }

  private LineBuffer buffer() {
    return buffers.isEmpty() ? new LineBuffer(FIRST_CAPACITY) : buffers.pop();
  }

  private void recycle(LineBuffer buffer) {
    if (buffers.size() < KEPT_BUFFERS && buffer.capacity() <= KEPT_CAPACITY) {
      buffer.clear();
      buffers.push(buffer);
    }
  }

  private static byte[][] kinds() {
    byte[][] words = new byte[Operation.Kind.values().length + 1][];
    for (Operation.Kind kind : Operation.Kind.values()) {
      words[kind.code()] = ascii(kind.word());
    }
    return words;
  }

  private static byte[][] statuses() {
    byte[][] words = new byte[Outcome.Status.values().length + 1][];
    for (Outcome.Status status : Outcome.Status.values()) {
      words[status.code()] = ascii(status.word());
    }
    return words;
  }
}
