package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.USER;
import static dev.stepgate.protocol.postgres.Gateway.startup;
import static dev.stepgate.protocol.postgres.Gateway.target;
import static dev.stepgate.protocol.postgres.Wire.int32;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.transport.DialTls;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many strangers at once at a session's endpoint, and the step's own client among them. */
@Timeout(120)
class StrangersTest {

  private static final int CANCEL = 80877102;
  private static final int PER_SECOND = 20;
  private static final int FLOOD = 100;
  private static final Caller STEP = new Caller(Caller.Kind.STEP, 1001, true);
  private static final Caller STRANGER = new Caller(Caller.Kind.STRANGER, 1002, true);

  /** Looks on threads of its own; who is the step's own is known by the port. */
  private static final class Keeper implements Doorkeeper, AutoCloseable {

    private final ExecutorService looking = Executors.newFixedThreadPool(4);
    private final Set<Integer> own = ConcurrentHashMap.newKeySet();
    private final AtomicInteger strangers = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    volatile boolean everybodyIsOwn;

    @Override
    public boolean knowsTheStep() {
      return true;
    }

    @Override
    public void look(Channel client, Consumer<Caller> answer) {
      asked.incrementAndGet();
      InetSocketAddress peer = (InetSocketAddress) client.remoteAddress();
      looking.execute(
          () -> {
            boolean ofStep = everybodyIsOwn || own.contains(peer.getPort());
            strangers.addAndGet(ofStep ? 0 : 1);
            answer.accept(ofStep ? STEP : STRANGER);
          });
    }

    @Override
    public void loginFailed(Channel client, Caller caller, String user) {
      // Nobody tries a wrong token here.
    }

    @Override
    public void turnedAway(Channel client, Caller caller, boolean rightToken) {
      // Counted above.
    }

    @Override
    public void close() {
      looking.shutdownNow();
    }
  }

  private static Gateway gateway(ScriptedServer server, int unauthenticated, Keeper keeper)
      throws IOException {
    PostgresLimits some = Gateway.LIMITS;
    PostgresLimits limits =
        new PostgresLimits(
            10 * FLOOD,
            unauthenticated,
            Duration.ofSeconds(60),
            some.connect(),
            some.upstreamLogin(),
            some.statementBytes(),
            some.replyBytes(),
            PER_SECOND,
            some.cancel(),
            some.idleUpstreams(),
            some.idleUpstream());
    return new Gateway(
        target(server.port(), DialTls.OFF, limits, UpstreamAuth.TRUST), Policy.ALLOW_ALL, keeper);
  }

  private static Peer ownProved(Gateway gateway, Keeper keeper) throws IOException {
    keeper.everybodyIsOwn = true;
    Peer own = gateway.proved();
    keeper.everybodyIsOwn = false;
    return own;
  }

  private static byte[] cancelRequest(byte[] processAndKey) {
    return Wire.join(int32(8 + processAndKey.length), int32(CANCEL), processAndKey);
  }

  @Test
  void strangers_cancel_requests_leave_the_step_s_own_the_half_of_what_may_come() throws Exception {
    BlockingQueue<Integer> cancelled = new LinkedBlockingQueue<>();
    CountDownLatch hit = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    try (Keeper keeper = new Keeper();
        ScriptedServer server =
            new ScriptedServer(
                (peer, number) -> {
                  ByteBuffer first = ByteBuffer.wrap(peer.readUntyped());
                  if (first.getInt(4) == CANCEL) {
                    cancelled.add(first.getInt(8));
                    hit.countDown();
                    return;
                  }
                  peer.send(Gateway.authenticationOk(), Gateway.welcome());
                  peer.read('Q');
                  running.countDown();
                  hit.await(60, TimeUnit.SECONDS);
                  peer.send(Wire.error("57014"), Wire.ready('I'));
                  LoginTest.serve(peer);
                });
        Gateway gateway = gateway(server, 10 * FLOOD, keeper);
        Peer own = ownProved(gateway, keeper)) {
      own.read('S');
      byte[] key = own.read('K');
      own.read('Z');
      own.send(Wire.query("select pg_sleep(9)"));
      assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
      List<Peer> flood = new ArrayList<>();
      for (int i = 0; i < FLOOD; i++) {
        flood.add(gateway.dial());
      }
      for (Peer stranger : flood) {
        stranger.send(cancelRequest(Wire.join(int32(1), int32(2))));
      }
      for (Peer stranger : flood) {
        assertThat(stranger.readToEnd()).isEmpty();
        stranger.close();
      }
      int turnedAway = keeper.strangers.get();
      keeper.everybodyIsOwn = true;

      try (Peer asking = gateway.dial()) {
        asking.send(cancelRequest(Arrays.copyOfRange(key, 5, key.length)));

        assertThat(cancelled.poll(60, TimeUnit.SECONDS)).isEqualTo(4711);
        assertThat(asking.readToEnd()).isEmpty();
      }
      assertThat(turnedAway).as("looked at and turned away").isPositive();
      assertThat(own.readToReady()).isEqualTo("EZ");
    }
  }

  @Test
  void who_leaves_while_it_is_looked_at_leaves_its_place_too() throws Exception {
    BlockingQueue<Runnable> looked = new LinkedBlockingQueue<>();
    AtomicBoolean atOnce = new AtomicBoolean();
    Doorkeeper slow =
        new Doorkeeper() {
          @Override
          public boolean knowsTheStep() {
            return true;
          }

          @Override
          public void look(Channel client, Consumer<Caller> answer) {
            if (atOnce.get()) {
              answer.accept(STEP);
            } else {
              looked.add(() -> answer.accept(STEP));
            }
          }

          @Override
          public void loginFailed(Channel client, Caller caller, String user) {
            // Nobody tries a wrong token here.
          }

          @Override
          public void turnedAway(Channel client, Caller caller, boolean rightToken) {
            // Everybody is the step's.
          }
        };
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway =
            new Gateway(
                target(server.port(), DialTls.OFF, one(), UpstreamAuth.TRUST),
                Policy.ALLOW_ALL,
                slow)) {
      for (int round = 0; round < 20; round++) {
        try (Peer first = gateway.dial();
            Peer second = gateway.dial()) {
          first.send(int32(8));
          second.send(int32(8));
        }
      }
      Runnable own = looked.poll(20, TimeUnit.SECONDS);
      assertThat(own).as("somebody is looked at").isNotNull();
      for (; own != null; own = looked.poll(500, TimeUnit.MILLISECONDS)) {
        own.run(); // long after it left
      }

      atOnce.set(true);
      try (Peer last = challenged(gateway)) {
        assertThat(last).isNotNull();
      }
    }
  }

  private static PostgresLimits one() {
    PostgresLimits some = Gateway.LIMITS;
    return new PostgresLimits(
        some.clients(),
        1,
        Duration.ofSeconds(60),
        some.connect(),
        some.upstreamLogin(),
        some.statementBytes(),
        some.replyBytes(),
        PER_SECOND,
        some.cancel(),
        some.idleUpstreams(),
        some.idleUpstream());
  }

  @Test
  void among_strangers_who_come_and_go_all_the_time_the_step_s_own_clients_get_in()
      throws Exception {
    try (Keeper keeper = new Keeper();
        ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = gateway(server, 4, keeper)) {
      ExecutorService crowd = Executors.newFixedThreadPool(4);
      AtomicInteger came = new AtomicInteger();
      for (int i = 0; i < 4; i++) {
        crowd.execute(
            () -> {
              while (!Thread.currentThread().isInterrupted() && came.incrementAndGet() < 4000) {
                try (Peer one = gateway.dial();
                    Peer two = gateway.dial();
                    Peer three = gateway.dial()) {
                  one.send(int32(8));
                  three.send(int32(9));
                  two.readToEnd();
                } catch (IOException e) {
                  // turned away
                }
              }
            });
      }
      try {
        for (int i = 0; i < 20; i++) {
          try (Peer own = ownChallenged(gateway, keeper)) {
            assertThat(own).isNotNull();
          }
        }
      } finally {
        crowd.shutdownNow();
      }
      assertThat(crowd.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(keeper.asked).hasPositiveValue();

      try (Peer last = ownChallenged(gateway, keeper)) {
        assertThat(last).as("no place was lost").isNotNull();
      }
      gateway.endpoint.close("over").get(30, TimeUnit.SECONDS);
    }
  }

  /** Knocks until it is asked for its token; a place may just be a stranger's. */
  private static Peer ownChallenged(Gateway gateway, Keeper keeper) throws Exception {
    for (int attempt = 0; attempt < 200; attempt++) {
      Peer peer = gateway.dial();
      keeper.own.add(peer.socket().getLocalPort());
      if (asked(peer)) {
        return peer;
      }
    }
    return null;
  }

  private static Peer challenged(Gateway gateway) throws Exception {
    for (int attempt = 0; attempt < 200; attempt++) {
      Peer peer = gateway.dial();
      if (asked(peer)) {
        return peer;
      }
    }
    return null;
  }

  private static boolean asked(Peer peer) throws Exception {
    try {
      peer.send(startup(0, "user", USER, "database", "orders"));
      if (peer.read()[0] == 'R') {
        return true;
      }
    } catch (IOException e) {
      // turned away before it said anything
    }
    peer.close();
    TimeUnit.MILLISECONDS.sleep(10);
    return false;
  }
}
