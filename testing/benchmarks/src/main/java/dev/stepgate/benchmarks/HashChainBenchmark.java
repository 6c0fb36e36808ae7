package dev.stepgate.benchmarks;

import dev.stepgate.recording.HashChain;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One line more of a recording's hash chain. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HashChainBenchmark {

  private final HashChain chain = new HashChain();
  private final byte[] head = new byte[HashChain.BYTES];
  private final byte[] line =
      ("{\"t\":123456789,\"outcome\":123456,\"status\":\"done\",\"rows\":1,\"at\":12345678,\"size\":52,"
              + "\"sum\":\"AFvhC3PN0cl1TFkoRrKMIQDweRNZP+QsFFaHQxBvl48=\"}")
          .getBytes(StandardCharsets.US_ASCII);

  /** Advances the chain by a line of an outcome. */
  @Benchmark
  public byte[] advance() {
    chain.advance(head, line, 0, line.length);
    return head;
  }
}
