package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.TOKEN;
import static dev.stepgate.protocol.postgres.Gateway.USER;
import static dev.stepgate.protocol.postgres.Gateway.startup;
import static dev.stepgate.protocol.postgres.Gateway.target;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.transport.PeerUser;
import io.netty.channel.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An endpoint's Unix socket, with the JDK's own I/O. */
@Timeout(60)
class UnixSocketTest {

  private final Keeper keeper = new Keeper();
  private Path directory;
  private ScriptedServer server;
  private Gateway gateway;
  private Path socket;

  @BeforeEach
  void open() throws Exception {
    directory = Files.createTempDirectory("sg");
    server = new ScriptedServer(LoginTest::trusting);
    gateway =
        new Gateway(
            target(server.port(), UpstreamAuth.TRUST),
            Policy.ALLOW_ALL,
            keeper,
            Optional.of(directory));
    socket = directory.resolve(".s.PGSQL." + gateway.endpoint.port());
  }

  @AfterEach
  void close() throws Exception {
    gateway.close();
    server.close();
    assertThat(socket).doesNotExist();
    Files.delete(directory);
  }

  @Test
  void a_client_logs_in_with_the_token_and_works_as_on_the_port() throws Exception {
    assertThat(gateway.endpoint.hasSocket()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw-rw-");
    try (Peer peer = Peer.dial(socket)) {
      peer.send(startup(0, "user", USER, "database", "orders"));
      assertThat(Gateway.prove(peer, TOKEN)[0]).isEqualTo((byte) 'R');
      peer.read('R');
      peer.readToReady();
      peer.send(Wire.query("select 1"));

      assertThat(peer.readToReady()).isEqualTo("CZ");
      assertThat(gateway.recordings.get(0).notes).contains("peer {\"is\":\"step\",\"uid\":1001}");
    }
  }

  @Test
  void the_token_is_asked_for_here_too() throws Exception {
    try (Peer peer = Peer.dial(socket)) {
      peer.send(startup(0, "user", USER, "database", "orders"));

      assertThat(new String(Gateway.prove(peer, "wrong"), UTF_8)).contains("28P01");
    }
  }

  @Test
  void another_users_process_is_turned_away_before_it_has_said_anything() throws Exception {
    keeper.caller = new Caller(Caller.Kind.STRANGER, 1002, true);
    try (Peer peer = Peer.dial(socket)) {
      assertThat(peer.readToEnd()).contains("this endpoint is another user's");
      assertThat(keeper.turnedAway.poll(10, TimeUnit.SECONDS)).isFalse();
    }
  }

  @Test
  void whose_user_is_unknown_is_turned_away() throws Exception {
    keeper.caller = Caller.UNKNOWN;
    try (Peer peer = Peer.dial(socket)) {
      assertThat(peer.readToEnd()).contains("this endpoint is another user's");
    }
  }

  @Test
  void tls_is_declined_once_and_never_begun() throws Exception {
    byte[] sslRequest = Wire.join(Wire.int32(8), Wire.int32(80877103));
    try (Peer peer = Peer.dial(socket)) {
      peer.send(sslRequest);
      assertThat(peer.readByte()).isEqualTo('N');
      peer.send(sslRequest);
      assertThat(peer.readToEnd()).contains("TLS was asked for before");
    }
    try (Peer peer = Peer.dial(socket)) {
      peer.send(new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0});
      assertThat(peer.readToEnd()).contains("54000");
    }
  }

  @Test
  void who_comes_while_the_endpoint_closes_is_turned_away_by_then() throws Exception {
    keeper.later = new LinkedBlockingQueue<>();
    try (Peer peer = Peer.dial(socket)) {
      Consumer<Caller> answer = keeper.later.poll(10, TimeUnit.SECONDS);
      gateway.endpoint.close("over").get(10, TimeUnit.SECONDS);

      answer.accept(keeper.caller);

      assertThat(peer.readToEnd()).contains("FATAL");
      assertThat(gateway.recordings).isEmpty();
    }
  }

  @Test
  void the_kernel_says_whose_client_it_is() throws Exception {
    int own = (int) Files.getAttribute(directory, "unix:uid");
    BlockingQueue<PeerUser> users = new LinkedBlockingQueue<>();
    try (var peers = gateway.peers();
        Peer peer = Peer.dial(socket)) {
      peer.send(startup(0, "user", USER, "database", "orders"));
      Channel client = keeper.next();
      peers.look(client, own, users::add);
      assertThat(users.poll(10, TimeUnit.SECONDS)).isEqualTo(PeerUser.of(own));

      peers.look(client, own + 12_345, users::add);
      assertThat(users.poll(10, TimeUnit.SECONDS))
          .isEqualTo(own == 0 ? PeerUser.of(0) : PeerUser.OTHER);
    }
  }

  /** Answers as the test says. */
  private static final class Keeper implements Doorkeeper {

    private final BlockingQueue<Boolean> turnedAway = new LinkedBlockingQueue<>();
    private final List<Channel> looked = new CopyOnWriteArrayList<>();
    private volatile Caller caller = new Caller(Caller.Kind.STEP, 1001, true);
    private volatile BlockingQueue<Consumer<Caller>> later;

    Channel next() throws InterruptedException {
      for (int i = 0; i < 200 && looked.isEmpty(); i++) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return looked.get(0);
    }

    @Override
    public boolean knowsTheStep() {
      return true;
    }

    @Override
    public void look(Channel client, Consumer<Caller> answer) {
      looked.add(client);
      if (later != null) {
        later.add(answer);
      } else {
        answer.accept(caller);
      }
    }

    @Override
    public void loginFailed(Channel client, Caller who, String user) {}

    @Override
    public void turnedAway(Channel client, Caller who, boolean rightToken) {
      turnedAway.add(rightToken);
    }
  }
}
