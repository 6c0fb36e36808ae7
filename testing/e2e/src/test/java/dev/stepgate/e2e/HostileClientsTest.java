package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that mean harm: each costs a bounded amount and is closed; others do not notice. */
@EndToEnd
class HostileClientsTest {

  private static final Duration SOON = Duration.ofSeconds(15);
  private static PostgresServer server;
  private static Gateway gateway;
  private static HeldStep step;

  @BeforeAll
  static void start() {
    String password = Machine.secret();
    server = PostgresServer.start();
    server.database("orders", "ci", password);
    gateway =
        Gateway.before(server, "orders", "ci", password)
            .heap("128m")
            .limit("login: 2s")
            .limit("unauthenticated: 20");
    step = gateway.hold();
  }

  @AfterAll
  static void stop() {
    try {
      assertThat(step.seal().exit()).isZero();
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    } finally {
      step.close();
      gateway.close();
      server.close();
    }
  }

  @Test
  void a_client_that_says_nothing_is_closed_when_its_time_to_log_in_is_over() throws IOException {
    try (RawClient client = new RawClient(step.variables())) {
      Instant begin = Instant.now();

      assertThat(isClosed(client)).isTrue();

      assertThat(Duration.between(begin, Instant.now())).isLessThan(SOON);
    }
  }

  @Test
  void a_client_that_sends_one_byte_after_the_other_is_closed_as_soon() throws Exception {
    try (RawClient client = new RawClient(step.variables())) {
      Instant begin = Instant.now();
      byte[] startup = ByteBuffer.allocate(60).putInt(60).putInt(3 << 16).array();
      boolean closed = false;
      for (int n = 0; n < startup.length && !closed; n++) {
        try {
          client.raw(new byte[] {startup[n]});
          Thread.sleep(200); // slow on purpose
        } catch (IOException e) {
          closed = true;
        }
      }

      assertThat(closed || isClosed(client)).isTrue();
      assertThat(Duration.between(begin, Instant.now())).isLessThan(SOON);
      usable();
    }
  }

  @Test
  void a_claim_of_two_gigabytes_costs_nothing() throws IOException {
    try (RawClient before = new RawClient(step.variables());
        RawClient after = RawClient.login(step.variables())) {
      before.raw(ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).putInt(3 << 16).array());
      after.raw(ByteBuffer.allocate(5).put((byte) 'Q').putInt(Integer.MAX_VALUE).array());

      assertThat(isClosed(before)).isTrue();
      assertThat(isClosed(after)).isTrue();
      assertThat(ProcessMemory.peakMib(step.process().pid())).isLessThan(400);
      usable();
    }
  }

  @Test
  void those_who_never_log_in_do_not_keep_others_out_for_long() throws Exception {
    List<RawClient> mute = new ArrayList<>();
    for (int n = 0; n < 60; n++) {
      mute.add(new RawClient(step.variables()));
    }

    Thread.sleep(3_000); // longer than limits.login

    usable();
    for (RawClient client : mute) {
      client.close();
    }
  }

  @Test
  void thousands_who_never_log_in_cost_little_and_those_who_have_do_not_notice() throws Exception {
    List<RawClient> mute = new ArrayList<>();
    try (RawClient before = RawClient.login(step.variables())) {
      int turnedAway = 0;
      for (int n = 0; n < 3_000; n++) {
        RawClient client = new RawClient(step.variables());
        client.startup(step.variables());
        mute.add(client);
      }
      before.query("SELECT 1");
      before.until('Z');
      for (RawClient client : mute) {
        turnedAway += isToldThatThereAreTooMany(client) ? 1 : 0;
      }

      assertThat(turnedAway).isGreaterThan(2_000);
      assertThat(ProcessMemory.peakMib(step.process().pid())).isLessThan(400);
      before.query("SELECT 2");
      before.until('Z');
    } finally {
      for (RawClient client : mute) {
        client.close();
      }
    }
    usable();
  }

  @Test
  void a_byte_before_its_time_is_not_taken_for_what_comes_after() throws IOException {
    try (RawClient client = new RawClient(step.variables())) {
      ByteBuffer sslRequest = ByteBuffer.allocate(16).putInt(8).putInt(80877103);
      // A start-up packet in the clear behind a request for TLS: CVE-2021-23222's sort.
      client.raw(sslRequest.putInt(8).putInt(3 << 16).array());

      assertThat(isClosed(client)).isTrue();
      usable();
    }
  }

  @Test
  void replication_is_refused() {
    Ran ran = step.client("psql", "-XAtqc", "SELECT 1", "dbname=orders replication=database").run();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).containsIgnoringCase("replication");
  }

  @Test
  void another_database_than_the_configured_one_is_refused() {
    Ran ran = step.client("psql", "-XAtqc", "SELECT 1", "postgres").run();

    assertThat(ran.exit()).isEqualTo(2);
  }

  private static boolean isToldThatThereAreTooMany(RawClient client) {
    try {
      client.socket().setSoTimeout((int) SOON.toMillis());
      RawClient.Message first = client.read();
      return first.type() == 'E' && RawClient.text(first, 0).contains("53300");
    } catch (IOException e) {
      return false;
    }
  }

  private static void usable() {
    assertThat(step.client("psql", "-XAtqc", "SELECT 1").run().ok().out()).isEqualTo("1\n");
  }

  private static boolean isClosed(RawClient client) {
    try {
      client.socket().setSoTimeout((int) SOON.toMillis());
      while (true) {
        client.read();
      }
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
