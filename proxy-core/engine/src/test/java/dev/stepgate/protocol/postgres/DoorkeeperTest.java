package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.USER;
import static dev.stepgate.protocol.postgres.Gateway.startup;
import static dev.stepgate.protocol.postgres.Gateway.target;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.transport.DialTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Another user of the machine at a session's endpoint. */
class DoorkeeperTest {

  private final Keeper keeper = new Keeper();

  @Test
  void strangers_that_fill_the_places_are_turned_away_once_places_get_scarce() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 2);
        Peer first = gateway.dial();
        Peer second = gateway.dial()) {
      keeper.next().stranger().run();
      keeper.next().stranger().run();

      assertThat(first.readToEnd()).contains("this endpoint is another user's");
      assertThat(second.readToEnd()).contains("this endpoint is another user's");
      try (Peer own = gateway.dial()) {
        assertThat(challenged(own)).isEqualTo((byte) 'R');
      }
    }
  }

  @Test
  void the_steps_own_client_gets_a_place_when_others_have_taken_all() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 1);
        Peer stranger = gateway.dial()) {
      Check waiting = keeper.next();
      try (Peer own = gateway.dial()) {
        keeper.next().own().run();

        assertThat(challenged(own)).isEqualTo((byte) 'R');
      }
      waiting.stranger().run();
      assertThat(stranger.readToEnd()).contains("57P01");
    }
  }

  @Test
  void a_stranger_gets_none_when_all_are_taken() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 1);
        Peer first = gateway.dial()) {
      keeper.next().own().run();
      try (Peer stranger = gateway.dial()) {
        keeper.next().stranger().run();

        assertThat(stranger.readToEnd()).contains("53300");
      }
      assertThat(challenged(first)).isEqualTo((byte) 'R');
    }
  }

  @Test
  void the_endpoint_closes_although_a_client_is_still_being_looked_at() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 1);
        Peer first = gateway.dial()) {
      keeper.next();
      try (Peer second = gateway.dial()) {
        Check held = keeper.next();

        gateway.endpoint.close("over").get(10, TimeUnit.SECONDS);
        held.own().run();

        assertThat(second.readToEnd()).contains("over");
        assertThat(first.readToEnd()).contains("over");
      }
    }
  }

  @Test
  void a_failed_login_is_told_with_the_name_that_was_tried() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 10)) {
      try (Peer peer = gateway.dial()) {
        peer.send(startup(0, "user", "mallory", "database", "orders"));

        assertThat(new String(Gateway.prove(peer, "wrong"), UTF_8)).contains("28P01");
      }
      assertThat(keeper.failed.poll(10, TimeUnit.SECONDS)).isEqualTo("mallory");
    }
  }

  private Gateway gateway(ScriptedServer server, int unauthenticated) throws IOException {
    PostgresLimits some = Gateway.LIMITS;
    PostgresLimits limits =
        new PostgresLimits(
            some.clients(),
            unauthenticated,
            Duration.ofSeconds(20),
            some.connect(),
            some.upstreamLogin(),
            some.statementBytes(),
            some.replyBytes(),
            some.cancelsPerSecond(),
            some.cancel(),
            some.idleUpstreams(),
            some.idleUpstream());
    return new Gateway(
        target(server.port(), DialTls.OFF, limits, UpstreamAuth.TRUST), Policy.ALLOW_ALL, keeper);
  }

  private static byte challenged(Peer peer) throws IOException {
    peer.send(startup(0, "user", USER, "database", "orders"));
    return peer.read()[0];
  }

  private record Check(Runnable own, Runnable stranger) {}

  /** Notes what it is asked; the test answers. */
  private static final class Keeper implements Doorkeeper {

    private final BlockingQueue<Check> checks = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();

    Check next() throws InterruptedException {
      Check check = checks.poll(10, TimeUnit.SECONDS);
      assertThat(check).as("a client that is looked at").isNotNull();
      return check;
    }

    @Override
    public boolean knowsTheStep() {
      return true;
    }

    @Override
    public void loginFailed(InetSocketAddress peer, InetSocketAddress here, String user) {
      failed.add(user);
    }

    @Override
    public void check(
        InetSocketAddress peer, InetSocketAddress here, Runnable own, Runnable stranger) {
      checks.add(new Check(own, stranger));
    }
  }
}
