package dev.stepgate.protocol.postgres.sql;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import dev.stepgate.protocol.postgres.sql.Shape.End;
import dev.stepgate.protocol.postgres.sql.grammar.Parsers;
import dev.stepgate.protocol.postgres.sql.grammar.TooComplexException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What statements do, for all connections. {@link #known} answers at once for every statement whose
 * shape has been seen; {@link #read} asks the grammar, on another thread.
 */
public final class Statements implements AutoCloseable {

  /** Shapes that are remembered at most. */
  private static final int SETS = 1024;

  /** Memory for what is remembered, in bytes, about. */
  private static final long CACHE_BYTES = 32L << 20;

  private static final int WARM_UPS = 50;
  private static final byte[] WARM_UP =
      "INSERT INTO a SELECT b.c, max(d) FROM b JOIN e USING (f) WHERE g = $1 GROUP BY 1"
          .getBytes(StandardCharsets.US_ASCII);

  private final Parsers parsers;
  private final ShapeCache cache = new ShapeCache(SETS, CACHE_BYTES);

  /** With at most {@code count} parsers. */
  public Statements(int count) {
    parsers = new Parsers(count);
  }

  /**
   * The facts of the first {@code length} bytes of {@code shape}'s room, or null if the grammar has
   * to be asked: then {@code shape} holds the question for {@link #read}.
   */
  public Facts known(Shape shape, int length, Lexing lexing) {
    byte[] text = shape.room(length);
    if (lexing.encoding() == Lexing.Encoding.UNSAFE && !Bytes.isAscii(text, 0, length)) {
      return refused(End.ENCODING);
    }
    End end = shape.scan(text, length, lexing, false);
    if (end == End.DONE) {
      ShapeCache.Entry entry = cache.get(shape);
      if (entry == null) {
        return null;
      }
      if (entry.facts() != null) {
        return entry.facts();
      }
      end = End.KEEP;
    }
    if (end == End.KEEP) {
      end = shape.scan(text, length, lexing, true);
      if (end == End.DONE) {
        ShapeCache.Entry entry = cache.get(shape);
        return entry == null ? null : entry.facts();
      }
    }
    return refused(end);
  }

  /**
   * The facts of what {@link #known} had no answer for. Never fails: what cannot be read is a gap.
   * {@code shape} may be used for the next statement as soon as this returns.
   */
  public CompletableFuture<Facts> read(Shape shape, int length, Lexing lexing) {
    boolean kept = shape.isKept();
    long hash = cache.hash(shape);
    byte[] question = shape.copy();
    byte[] text = kept ? null : Arrays.copyOf(shape.room(length), length);
    return parsers
        .submit(
            grammar -> {
              StatementReader.Read read = StatementReader.read(grammar, question);
              // Without its constants a command may also be none.
              if (kept || !(read.constantsMatter() || read.isMalformed())) {
                cache.put(hash, kept, question, read.facts());
                return read.facts();
              }
              cache.put(hash, false, question, null);
              Shape whole = new Shape();
              End end = whole.scan(text, text.length, lexing, true);
              if (end != End.DONE) {
                return refused(end);
              }
              byte[] asked = whole.copy();
              Facts facts = StatementReader.read(grammar, asked).facts();
              cache.put(cache.hash(whole), true, asked, facts);
              return facts;
            })
        .exceptionally(Statements::failed);
  }

  /**
   * Loads the parser and lets it read a few statements, so that the first client does not wait for
   * that: a second or so on a busy machine, on another thread.
   */
  public CompletableFuture<Void> warmUp() {
    return parsers
        .submit(
            grammar -> {
              for (int i = 0; i < WARM_UPS; i++) {
                StatementReader.read(grammar, WARM_UP);
              }
              return (Void) null;
            })
        .exceptionally(thrown -> null);
  }

  @Override
  public void close() {
    parsers.close();
  }

  private static Facts refused(End end) {
    return Facts.unknown(
        switch (end) {
          case TOO_COMPLEX ->
              new Gap(Gap.Reason.TOO_COMPLEX, "it is longer or deeper than is looked at", false);
          case ENCODING ->
              new Gap(Gap.Reason.ENCODING, "its names depend on the client's encoding", false);
          default -> new Gap(Gap.Reason.SYNTAX, "a string, name or number has no clear end", false);
        });
  }

  private static Facts failed(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (cause instanceof TooComplexException) {
      return Facts.unknown(new Gap(Gap.Reason.TOO_COMPLEX, cause.getMessage(), false));
    }
    return Facts.unknown(new Gap(Gap.Reason.UNKNOWN, "the parser failed", false));
  }
}
