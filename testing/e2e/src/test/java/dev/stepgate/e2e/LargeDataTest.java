package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Data streams: what passes is far larger than the gateway's heap. */
@EndToEnd
class LargeDataTest {

  /** The heap that the gateway is given; the JVM itself and mapped journal come on top. */
  private static final String HEAP = "128m";

  private static final long PEAK_MIB = 420;
  private static final int LINES = 10_737_419;
  private static final String ROWS =
      "head -n %d < <(yes '%s')"
          .formatted(LINES, "a line of 99 characters......".repeat(4).substring(0, 99));
  private static final int VALUE = 900_000_000;
  private static final Pattern DATA = Pattern.compile("\"data\":\\d+,\"at\":\\d+,\"size\":(\\d+)");

  private PostgresServer server;
  private Gateway gateway;
  private HeldStep step;

  @BeforeEach
  void start() {
    String password = Machine.secret();
    server = PostgresServer.of(PostgresVersion.V15).with("max_wal_size = 8GB").start();
    server.database("orders", "ci", password);
    gateway = Gateway.before(server, "orders", "ci", password).heap(HEAP).ordinaryJvm();
    step = gateway.hold();
  }

  @AfterEach
  void stop() {
    step.close();
    gateway.close();
    server.close();
  }

  @Test
  void a_gigabyte_is_copied_in_and_out_and_recorded_in_constant_memory() throws IOException {
    step.client("psql", "-qc", "CREATE UNLOGGED TABLE big (line text)").run().ok();
    String expected = shell(ROWS + " | md5sum");

    shell(ROWS + " | psql -qc 'COPY big FROM STDIN'");
    String seen = shell("psql -qc 'COPY big TO STDOUT' | md5sum");
    long peak = ProcessMemory.peakMib(step.process().pid());
    Sealed sealed = step.seal();

    assertThat(seen).isEqualTo(expected);
    assertThat(recordedData()).isGreaterThan(LINES * 100L);
    assertThat(peak).as("peak of the gateway's process in MiB").isLessThan(PEAK_MIB);
    assertThat(sealed.exit()).isZero();
    assertThat(gateway.verify().ok().out()).contains("VERIFIED");
  }

  @Test
  void a_row_of_nine_hundred_megabytes_passes_in_constant_memory() throws IOException {
    try (RawClient client = RawClient.login(step.variables())) {
      client.query("SELECT repeat('x', " + VALUE + ")");

      assertThat(client.until('D').length()).isEqualTo(2L + 4 + VALUE);
      client.until('Z');
    }
    assertThat(ProcessMemory.peakMib(step.process().pid()))
        .as("peak of the gateway's process in MiB")
        .isLessThan(PEAK_MIB);
  }

  private String shell(String script) {
    return step.client("bash", "-c", "set -o pipefail; " + script)
        .within(Duration.ofMinutes(5))
        .run()
        .ok()
        .out();
  }

  /** Bytes of COPY data that the lines commit to. */
  private long recordedData() throws IOException {
    long total = 0;
    try (Stream<Path> files = Files.list(gateway.onlySession())) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          total +=
              lines
                  .flatMap(l -> DATA.matcher(l).results())
                  .mapToLong(m -> Long.parseLong(m.group(1)))
                  .sum();
        }
      }
    }
    return total;
  }
}
