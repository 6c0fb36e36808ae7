package dev.stepgate.recording;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Reads a recording line by line in constant memory and checks it as it goes: the form of each
 * line, the chain, each body against its sum, and that regions lie one after the other. What the
 * chain should be, the log says: compare {@link #hash}. One thread.
 *
 * <p>A recording may be read while it is being written: when {@link #next} finds no further line,
 * it may be asked again later.
 */
public final class RecordingReader implements Closeable {

  private static final int CHUNK = 64 << 10;

  private final InputStream in;
  private final Bodies bodies;
  private final boolean checkBodies;
  private final LineSource source;
  private final LineParser parser = new LineParser();
  private final HashChain chain = new HashChain();
  private final MessageDigest sha256 = HashChain.sha256();
  private final byte[] head = new byte[HashChain.BYTES];
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

  private long lines;
  private long bytes;
  private long regionsEnd;
  private long withheld;
  private long operations;
  private long refused;
  private boolean ended;

  private RecordingReader(InputStream in, Bodies bodies, boolean checkBodies) {
    this.in = in;
    this.bodies = bodies;
    this.checkBodies = checkBodies;
    this.source = new LineSource(in);
  }

  /** Reads {@code <number>.jsonl} and the bodies file beside it. */
  public static RecordingReader open(Path lines) throws IOException {
    return of(Files.newInputStream(lines), Bodies.file(bodiesOf(lines)));
  }

  /** Reads lines and bodies from elsewhere, a bundle for one; closes both. */
  public static RecordingReader of(InputStream lines, Bodies bodies) {
    return new RecordingReader(lines, bodies, true);
  }

  /** Does not compare bodies with their sums, nor reads them. */
  static RecordingReader linesOnly(Path lines) throws IOException {
    return new RecordingReader(Files.newInputStream(lines), Bodies.file(bodiesOf(lines)), false);
  }

  /** The bodies file beside a lines file. */
  public static Path bodiesOf(Path lines) {
    String name = lines.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return lines.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".bodies");
  }

  /**
   * The next line; empty if there is none, or none whole yet.
   *
   * @throws RecordingDamage if it is not what it should be; the reader is then of no further use
   */
  public Optional<Line> next() throws IOException, RecordingDamage {
    if (!source.next()) {
      if (source.torn() >= LineSource.MAX_LINE) {
        throw damage("line", "at most " + LineSource.MAX_LINE + " bytes", "a longer one");
      }
      return Optional.empty();
    }
    if (ended) {
      throw damage("line", "nothing after the end", "another line");
    }
    Line line = parser.parse(source.bytes(), source.start(), source.length(), lines + 1);
    line = withBody(line);
    check(line);
    chain.advance(head, source.bytes(), source.start(), source.length());
    lines++;
    bytes += source.length() + 1;
    return Optional.of(line);
  }

  /** {@code h(n)} of the lines read so far, in hex. */
  public String hash() {
    return HexFormat.of().formatHex(head);
  }

  /** Copies {@code h(n)} of the lines read so far. */
  void copyHead(byte[] into) {
    System.arraycopy(head, 0, into, 0, HashChain.BYTES);
  }

  /** How many lines were read. */
  public long lines() {
    return lines;
  }

  /** How many bytes these lines have. */
  public long bytes() {
    return bytes;
  }

  /** Whether the end line was read. */
  public boolean ended() {
    return ended;
  }

  /** How many bytes of an unfinished line follow, of which no LF has come yet. */
  public int torn() {
    return source.torn();
  }

  /** How many bodies were withheld so far. */
  public long withheld() {
    return withheld;
  }

  /** How many operations were asked for so far. */
  public long operations() {
    return operations;
  }

  /** How many operations were refused so far. */
  public long refused() {
    return refused;
  }

  /** Where the regions of the lines read so far end in the bodies file. */
  public long regionsEnd() {
    return regionsEnd;
  }

  /** The content of a body that is {@link Body.State#PRESENT}, read as it is asked for. */
  public InputStream content(Body body) {
    if (body.state() != Body.State.PRESENT) {
      return InputStream.nullInputStream();
    }
    return new BodyStream(bodies, body.contentAt(), body.size());
  }

  /** The first {@code limit} bytes of a body that is {@link Body.State#PRESENT}. */
  public byte[] content(Body body, int limit) throws IOException {
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    try (InputStream content = content(body)) {
      made.write(content.readNBytes(limit));
    }
    return made.toByteArray();
  }

  @Override
  public void close() throws IOException {
    try (in) {
      bodies.close();
    }
  }

  private Line withBody(Line line) throws IOException, RecordingDamage {
    Body body = line.body();
    if (body.state() == Body.State.EMPTY) {
      return line;
    }
    if (body.at() != regionsEnd) {
      throw damage("at", String.valueOf(regionsEnd), String.valueOf(body.at()));
    }
    if (body.size() > Long.MAX_VALUE - body.at() - Salts.BYTES) {
      throw damage("size", "a size that a file can have", String.valueOf(body.size()));
    }
    Line seen = line;
    if (!bodies.present()) {
      seen = LineParser.withhold(line);
    } else {
      long end = body.at() + body.region();
      if (bodies.size() < end) {
        throw damage("at", "a bodies file of at least " + end + " bytes", bodies.size() + " bytes");
      }
      if (checkBodies && line instanceof Line.Rest rest) {
        // Withheld with the rest of the operation's bodies; itself it holds nothing to be missed.
        matches(body, "salt", rest.salt());
      } else if (checkBodies && !matches(body, "sum", body.sum())) {
        seen = LineParser.withhold(line);
      }
    }
    regionsEnd += body.region();
    if (seen.body().state() == Body.State.WITHHELD) {
      withheld++;
    }
    return seen;
  }

  /** Whether a region matches what its line commits to; false if it is withheld. */
  private boolean matches(Body body, String key, String sum) throws IOException, RecordingDamage {
    boolean zeros = true;
    long end = body.at() + body.region();
    for (long at = body.at(); at < end; ) {
      chunk.clear().limit((int) Math.min(CHUNK, end - at));
      int read = bodies.read(chunk, at);
      if (read <= 0) {
        throw damage("at", "a bodies file of at least " + end + " bytes", at + " bytes");
      }
      for (int i = 0; zeros && i < read; i++) {
        zeros = chunk.get(i) == 0;
      }
      sha256.update(chunk.array(), 0, read);
      at += read;
    }
    String found = Base64.getEncoder().encodeToString(sha256.digest());
    if (!zeros && !found.equals(sum)) {
      throw damage(key, sum, found + " (the body at " + body.at() + " was changed)");
    }
    return !zeros;
  }

  private void check(Line line) throws IOException, RecordingDamage {
    if (line instanceof Line.Request request) {
      operations++;
      if (request.operation() != operations) {
        throw damage("request", String.valueOf(operations), String.valueOf(request.operation()));
      }
    } else if (line instanceof Line.Result result) {
      refused += result.status().equals("refused") ? 1 : 0;
    } else if (line instanceof Line.End end) {
      ended = true;
      checkEnd(end);
    }
  }

  private void checkEnd(Line.End end) throws IOException, RecordingDamage {
    if (end.operations() != operations) {
      throw damage("operations", operations + " as lines before", String.valueOf(end.operations()));
    }
    if (end.refused() != refused) {
      throw damage("refused", refused + " as lines before", String.valueOf(end.refused()));
    }
    if (bodies.present() && bodies.size() != regionsEnd) {
      throw damage("end", "a bodies file of " + regionsEnd + " bytes", bodies.size() + " bytes");
    }
  }

  private RecordingDamage damage(String key, String expected, String found) {
    return new RecordingDamage(lines + 1, key, expected, found);
  }
}
