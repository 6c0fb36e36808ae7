package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.USER;
import static dev.stepgate.protocol.postgres.Gateway.startup;
import static dev.stepgate.protocol.postgres.Gateway.target;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.transport.DialTls;
import io.netty.channel.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
      keeper.next().stranger();
      keeper.next().stranger();

      assertThat(first.readToEnd()).contains("this endpoint is another user's");
      assertThat(second.readToEnd()).contains("this endpoint is another user's");
      try (Peer own = gateway.dial()) {
        assertThat(challenged(own)).isEqualTo((byte) 'R');
      }
    }
  }

  @Test
  void the_right_token_of_another_user_is_refused_in_the_words_of_a_wrong_one() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 10)) {
      String wrong = answer(gateway, "wrong", Check::own);
      String stranger = answer(gateway, Gateway.TOKEN, Check::stranger);
      String nobody =
          answer(
              gateway,
              Gateway.TOKEN,
              check -> check.answer().accept(new Caller(Caller.Kind.NOBODY, 0, false)));

      assertThat(wrong).contains("28P01");
      assertThat(stranger).isEqualTo(wrong);
      assertThat(nobody).isEqualTo(wrong);
      assertThat(keeper.failed).containsExactly(USER);
      assertThat(keeper.turnedAway).containsExactly(true, true);
      assertThat(gateway.recordings).isEmpty();
    }
  }

  @Test
  void whose_it_is_is_found_out_before_the_client_is_challenged() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 10);
        Peer peer = gateway.dial()) {
      peer.send(startup(0, "user", USER, "database", "orders"));
      Check check = keeper.next();
      assertThat(peer.socket().getInputStream().available()).isZero();

      check.own();

      assertThat(peer.read()[0]).isEqualTo((byte) 'R');
    }
  }

  @Test
  void who_went_away_while_it_was_looked_at_leaves_nothing_behind() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 10)) {
      Peer peer = gateway.dial();
      peer.send(startup(0, "user", USER, "database", "orders"));
      Check check = keeper.next();
      peer.close();

      check.own();

      gateway.endpoint.close("over").get(10, TimeUnit.SECONDS);
      assertThat(gateway.recordings).isEmpty();
    }
  }

  @Test
  void the_recording_says_whose_client_it_was() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 10);
        Peer peer = gateway.dial()) {
      peer.send(startup(0, "user", USER, "database", "orders"));
      keeper.next().own();
      Gateway.prove(peer, Gateway.TOKEN);
      peer.read('R');
      peer.readToReady();

      assertThat(gateway.recordings.get(0).notes).contains("peer {\"is\":\"step\",\"uid\":1001}");
    }
  }

  private String answer(Gateway gateway, String token, Consumer<Check> answer) throws Exception {
    try (Peer peer = gateway.dial()) {
      peer.send(startup(0, "user", USER, "database", "orders"));
      answer.accept(keeper.next());
      return new String(Gateway.prove(peer, token), UTF_8);
    }
  }

  @Test
  void the_steps_own_client_gets_a_place_when_others_have_taken_all() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 1);
        Peer stranger = gateway.dial()) {
      Check waiting = keeper.next();
      try (Peer own = gateway.dial()) {
        keeper.next().own();

        assertThat(challenged(own)).isEqualTo((byte) 'R');
      }
      waiting.stranger();
      assertThat(stranger.readToEnd()).contains("57P01");
    }
  }

  @Test
  void a_stranger_gets_none_when_all_are_taken() throws Exception {
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 1);
        Peer first = gateway.dial()) {
      keeper.next().own();
      try (Peer stranger = gateway.dial()) {
        keeper.next().stranger();

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
        held.own();

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
        keeper.next().own();

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

  private byte challenged(Peer peer) throws Exception {
    peer.send(startup(0, "user", USER, "database", "orders"));
    keeper.next().own();
    return peer.read()[0];
  }

  private record Check(Consumer<Caller> answer) {

    void own() {
      answer.accept(new Caller(Caller.Kind.STEP, 1001, true));
    }

    void stranger() {
      answer.accept(new Caller(Caller.Kind.STRANGER, 1002, true));
    }
  }

  /** Notes what it is asked; the test answers. */
  private static final class Keeper implements Doorkeeper {

    private final BlockingQueue<Check> checks = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> turnedAway = new LinkedBlockingQueue<>();

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
    public void look(Channel client, Consumer<Caller> answer) {
      checks.add(new Check(answer));
    }

    @Override
    public void loginFailed(Channel client, Caller caller, String user) {
      failed.add(user);
    }

    @Override
    public void turnedAway(Channel client, Caller caller, boolean rightToken) {
      turnedAway.add(rightToken);
    }
  }
}
