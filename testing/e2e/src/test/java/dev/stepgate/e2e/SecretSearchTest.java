package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The database's password, searched for by a step in everything that its user can read, while the
 * gateway uses it; and by root in the same places, who must find it.
 */
@EndToEnd
class SecretSearchTest {

  private static final int FOUND = 3;

  @Test
  void the_step_finds_the_password_nowhere_and_root_finds_it_where_it_is() throws Exception {
    assumeTrue(Machine.root(), "not root, so the step cannot be put under another user");
    String password = Machine.secret();
    long since = System.currentTimeMillis() / 1000 - 1;
    Path script = Machine.directory("search").resolve("secret-search");
    Files.copy(Machine.repository().resolve("testing/e2e/secret-search"), script);
    try (PostgresServer server = PostgresServer.of(PostgresVersion.V15).withTls().start()) {
      server.database("orders", "ci", password);
      try (Gateway gateway = Gateway.before(server, "orders", "ci", password).isolated()) {
        String search =
            "/usr/bin/python3 %s %s %d all %s /run /etc /var/log /var/lib /home /root /dev/shm"
                .formatted(script, masked(password), since, System.getProperty("java.io.tmpdir"));
        // A session is open and has logged in, and another logs in while the search runs.
        String step =
            "psql -XAtqc 'SELECT 1; SELECT pg_sleep(20)' >/dev/null & "
                + "psql -XAtqc 'SELECT 2' >/dev/null; "
                + search
                + "; code=$?; kill $!; exit $code";

        Ran byStep = gateway.exec("sh", "-c", step).run();
        Ran byRoot;
        try (HeldStep held = gateway.hold()) {
          held.client("psql", "-XAtqc", "SELECT 1").run().ok();
          String pid = Long.toString(held.process().pid());
          String root = gateway.configuration().getParent().toString();
          byRoot =
              Program.of(
                      "/usr/bin/python3",
                      script.toString(),
                      masked(password),
                      Long.toString(since),
                      pid,
                      root)
                  .run();
        }

        System.out.println("[INFO] searched by the step: " + byStep.out().strip());
        assertThat(byStep.exit()).as(byStep.toString()).isZero();
        assertThat(byStep.out()).contains("\"found\": []").doesNotContain("\"uid\": 0");
        assertThat(byStep.out() + byStep.err()).doesNotContain(password);
        assertThat(byRoot.exit()).as(byRoot.toString()).isEqualTo(FOUND);
        assertThat(byRoot.out()).contains("password\", \"plain\"");
      }
    } finally {
      Machine.remove(script.getParent());
    }
  }

  private static String masked(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 0x5a;
    }
    return HexFormat.of().formatHex(bytes);
  }
}
