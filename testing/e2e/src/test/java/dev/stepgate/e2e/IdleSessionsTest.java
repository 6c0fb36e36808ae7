package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many clients that do nothing. */
@EndToEnd
class IdleSessionsTest {

  private static final int CLIENTS = 5_000;
  private static final int AT_A_TIME = 16;
  private static final long MOST_MIB = 512;

  @Test
  void five_thousand_idle_clients_cost_less_than_half_a_gigabyte_and_still_work() throws Exception {
    try (FakeServer server = FakeServer.trusting();
        Gateway gateway =
            Gateway.before(server.address("orders"), "ci", "unused")
                .heap("192m")
                .ordinaryJvm()
                .connection("auth: [ trust ]")
                .limit("clients: " + (CLIENTS + 100));
        HeldStep step = gateway.hold()) {

      List<RawClient> clients = connect(step);
      long resident = ProcessMemory.residentMib(step.process().pid());
      long peak = ProcessMemory.peakMib(step.process().pid());
      int held = server.sessions();
      for (int n = 0; n < CLIENTS; n += 100) {
        clients.get(n).query("SELECT " + n);
        assertThat(clients.get(n).until('Z').type()).isEqualTo('Z');
      }
      for (RawClient client : clients) {
        client.send('X', new byte[0]);
        client.close();
      }
      Sealed sealed = step.seal();

      System.out.println("[INFO] " + CLIENTS + " idle: " + resident + " MiB, peak " + peak);
      assertThat(held).isEqualTo(CLIENTS);
      assertThat(peak).as("MiB").isLessThan(MOST_MIB);
      assertThat(sealed.operations()).isEqualTo(CLIENTS / 100);
    }
  }

  private static List<RawClient> connect(HeldStep step) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      List<Callable<RawClient>> logins = new ArrayList<>();
      for (int n = 0; n < CLIENTS; n++) {
        logins.add(() -> login(step));
      }
      List<RawClient> clients = new ArrayList<>();
      for (Future<RawClient> login : threads.invokeAll(logins)) {
        clients.add(login.get());
      }
      return clients;
    } finally {
      threads.shutdownNow();
    }
  }

  private static RawClient login(HeldStep step) throws IOException {
    return RawClient.login(step.variables());
  }
}
