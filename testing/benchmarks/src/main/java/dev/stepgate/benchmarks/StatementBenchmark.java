package dev.stepgate.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepgate.operation.Facts;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import dev.stepgate.protocol.postgres.sql.Statements;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to know what a statement of some 200 bytes does: its shape scanned and found, and
 * the first sight of a shape, read by the grammar on its own thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StatementBenchmark {

  private static final String SQL =
      "SELECT o.id, o.placed_at, c.name FROM orders o JOIN customers c ON c.id = o.customer_id"
          + " WHERE o.state = 'open' AND o.total > 100.50 AND c.region IN ('north', 'south')"
          + " ORDER BY o.placed_at DESC LIMIT 50";

  private final byte[] known = SQL.getBytes(UTF_8);
  private final Shape shape = new Shape();
  private Statements statements;
  private long next;

  @Setup
  public void remember() {
    statements = new Statements(1);
    statements.read(asked(known), known.length, Lexing.USUAL).join();
  }

  @TearDown
  public void close() {
    statements.close();
  }

  /** Scanner and cache hit. */
  @Benchmark
  public Facts seenBefore() {
    System.arraycopy(known, 0, shape.room(known.length), 0, known.length);
    return statements.known(shape, known.length, Lexing.USUAL);
  }

  /** A shape that nobody has seen: scanned, parsed, read and remembered. */
  @Benchmark
  public Facts firstSight() {
    byte[] text = SQL.replace("placed_at", "c" + next++).getBytes(UTF_8);
    return statements.read(asked(text), text.length, Lexing.USUAL).join();
  }

  private Shape asked(byte[] text) {
    System.arraycopy(text, 0, shape.room(text.length), 0, text.length);
    statements.known(shape, text.length, Lexing.USUAL);
    return shape;
  }
}
