package dev.stepgate.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.stepgate.protocol.postgres.wire.BackendDecoder;
import dev.stepgate.protocol.postgres.wire.BackendFrames;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.Bind;
import dev.stepgate.protocol.postgres.wire.CommandComplete;
import dev.stepgate.protocol.postgres.wire.DataRow;
import dev.stepgate.protocol.postgres.wire.Execute;
import dev.stepgate.protocol.postgres.wire.Formats;
import dev.stepgate.protocol.postgres.wire.FrontendDecoder;
import dev.stepgate.protocol.postgres.wire.FrontendFrames;
import dev.stepgate.protocol.postgres.wire.FrontendMessage;
import dev.stepgate.protocol.postgres.wire.ReadyForQuery;
import dev.stepgate.protocol.postgres.wire.Sync;
import dev.stepgate.protocol.postgres.wire.Values;
import dev.stepgate.protocol.postgres.wire.WireLimits;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * PostgreSQL's messages as pgbench's prepared select sends and gets them: headers scanned in place,
 * which is all that forwarding needs, beside messages decoded whole.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {

  private static final int MAX_BYTES = 1 << 20;
  private static final int ROWS = 100;

  private final FrontendDecoder frontend = new FrontendDecoder(WireLimits.DEFAULT);
  private final BackendDecoder backend = new BackendDecoder(WireLimits.DEFAULT);

  private ByteBuf request;
  private ByteBuf response;
  private ByteBuf rows;
  private ByteBuf out;
  private Bind bind;

  /** Lays the messages out as a socket's read would. */
  @Setup
  public void layOut() {
    request = PooledByteBufAllocator.DEFAULT.directBuffer();
    response = PooledByteBufAllocator.DEFAULT.directBuffer();
    rows = PooledByteBufAllocator.DEFAULT.directBuffer();
    out = PooledByteBufAllocator.DEFAULT.directBuffer();
    bind =
        new Bind(
            WireText.EMPTY,
            WireText.of("P0_0"),
            Formats.NONE,
            Values.of("48151".getBytes(US_ASCII)),
            Formats.NONE);
    List<FrontendMessage> asked = List.of(bind, new Execute(WireText.EMPTY, 0), new Sync());
    asked.forEach(message -> message.encode(request));
    DataRow row = new DataRow(Values.of("-2342".getBytes(US_ASCII)));
    List<BackendMessage> answered =
        List.of(
            row,
            new CommandComplete(WireText.of("SELECT 1")),
            new ReadyForQuery(ReadyForQuery.Status.IDLE));
    answered.forEach(message -> message.encode(response));
    byte[] text = "some forty bytes of text in every column".getBytes(US_ASCII);
    for (int i = 0; i < ROWS; i++) {
      new DataRow(Values.of("17".getBytes(US_ASCII), text, null, text)).encode(rows);
    }
  }

  /** Gives the buffers back. */
  @TearDown
  public void release() {
    request.release();
    response.release();
    rows.release();
    out.release();
  }

  /** Three headers of a request. */
  @Benchmark
  public int scanRequestHeaders() {
    int messages = 0;
    for (int at = 0; at < request.writerIndex(); messages++) {
      at += FrontendFrames.size(request, at, MAX_BYTES);
    }
    return messages;
  }

  /** Three headers of a response. */
  @Benchmark
  public int scanResponseHeaders() {
    int messages = 0;
    for (int at = 0; at < response.writerIndex(); messages++) {
      at += BackendFrames.size(response, at, MAX_BYTES);
    }
    return messages;
  }

  /** A hundred headers of rows of four columns. */
  @Benchmark
  public int scanHundredRowHeaders() {
    int messages = 0;
    for (int at = 0; at < rows.writerIndex(); messages++) {
      at += BackendFrames.size(rows, at, MAX_BYTES);
    }
    return messages;
  }

  /** Bind, with its parameter as a view. */
  @Benchmark
  public FrontendMessage decodeBind() {
    return frontend.decode(request.readerIndex(0));
  }

  /** Bind, Execute and Sync. */
  @Benchmark
  public void decodeRequest(Blackhole hole) {
    request.readerIndex(0);
    while (request.isReadable()) {
      hole.consume(frontend.decode(request));
    }
  }

  /** A row of one column. */
  @Benchmark
  public BackendMessage decodeDataRow() {
    return backend.decode(response.readerIndex(0));
  }

  /** A hundred rows of four columns. */
  @Benchmark
  public void decodeHundredRows(Blackhole hole) {
    rows.readerIndex(0);
    while (rows.isReadable()) {
      hole.consume(backend.decode(rows));
    }
  }

  /** Bind, written. */
  @Benchmark
  public ByteBuf encodeBind() {
    bind.encode(out.clear());
    return out;
  }
}
