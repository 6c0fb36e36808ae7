package dev.stepgate.protocol.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepgate.admission.Gate;
import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLContinue;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLFinal;
import dev.stepgate.protocol.postgres.wire.SASLInitialResponse;
import dev.stepgate.protocol.postgres.wire.SASLResponse;
import dev.stepgate.protocol.postgres.wire.ScramClient;
import dev.stepgate.protocol.postgres.wire.ScramServer;
import dev.stepgate.protocol.postgres.wire.ScramVerifier;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.Peers;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A gateway on loopback with one endpoint, for tests that need real sockets. */
final class Gateway implements AutoCloseable {

  static final String USER = "ci_migrator";
  static final String TOKEN = "token-of-the-session";
  static final String PASSWORD = "password-of-the-server";
  static final PostgresLimits LIMITS =
      new PostgresLimits(
          10,
          5,
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          1 << 20,
          1 << 20,
          100,
          Duration.ofSeconds(5),
          0,
          Duration.ofSeconds(5));

  private static final SecureRandom RANDOM = new SecureRandom();

  final List<FakeRecording> recordings = new CopyOnWriteArrayList<>();
  final PostgresEndpoint endpoint;
  private final Transport transport = new Transport(Io.nio(), 1);

  Gateway(PostgresTarget target) throws IOException {
    this(target, Policy.ALLOW_ALL);
  }

  Gateway(PostgresTarget target, Policy policy) throws IOException {
    this(target, policy, Doorkeeper.NONE);
  }

  Gateway(PostgresTarget target, Policy policy, Doorkeeper keeper) throws IOException {
    this(target, policy, keeper, Optional.empty());
  }

  Gateway(PostgresTarget target, Policy policy, Doorkeeper keeper, Optional<Path> directory)
      throws IOException {
    PostgresProtocol protocol =
        new PostgresProtocol(
            transport,
            new Gate(policy, InstantSource.system()),
            (loop, session, connection) -> {
              FakeRecording recording = new FakeRecording();
              recordings.add(recording);
              return recording;
            },
            Clock.systemUTC());
    AtomicInteger numbers = new AtomicInteger();
    Session opened =
        new Session(
            SessionId.create(1, RANDOM),
            "gw",
            Instant.EPOCH,
            "tester(0)",
            Isolation.NONE,
            Bearer.user("tester", 0),
            Map.of(),
            List.of("orders-db"));
    endpoint =
        protocol.open(
            opened,
            target,
            ScramVerifier.of(TOKEN.getBytes(UTF_8), new byte[16], 4096),
            keeper,
            directory,
            numbers::incrementAndGet);
  }

  static PostgresTarget target(int port, UpstreamAuth... auth) {
    return target(port, DialTls.OFF, LIMITS, auth);
  }

  static PostgresTarget target(int port, DialTls tls, PostgresLimits limits, UpstreamAuth... auth) {
    return new PostgresTarget(
        "orders-db",
        "127.0.0.1",
        port,
        "orders",
        Set.of("reports"),
        false,
        USER,
        () -> PASSWORD.getBytes(UTF_8),
        tls,
        Set.of(auth),
        limits);
  }

  static byte[] startup(int minor, String... parameters) {
    byte[] body = Wire.int32(3 << 16 | minor);
    for (String parameter : parameters) {
      body = Wire.join(body, Wire.text(parameter));
    }
    body = Wire.join(body, new byte[1]);
    return Wire.join(Wire.int32(4 + body.length), body);
  }

  /** Whose process a client is, by this machine's own kernel. */
  Peers peers() {
    return transport.peers();
  }

  Peer dial() throws IOException {
    return Peer.dial(endpoint.port());
  }

  /** A client that has proved itself and waits for what the server says. */
  Peer proved() throws IOException {
    Peer peer = dial();
    peer.send(startup(0, "user", USER, "database", "orders"));
    prove(peer, TOKEN);
    peer.read('R');
    return peer;
  }

  /** A client that is ready for its first query. */
  Peer ready() throws IOException {
    Peer peer = proved();
    peer.readToReady();
    return peer;
  }

  /** Plays SCRAM up to the server's last word or refusal. */
  static byte[] prove(Peer peer, String token) throws IOException {
    ScramClient scram = new ScramClient(token.getBytes(UTF_8), new ScramClient.NoTls(), RANDOM);
    peer.read('R');
    SASLInitialResponse first = scram.begin(List.of("SCRAM-SHA-256"));
    peer.send(
        Wire.message(
            'p', Wire.text(first.mechanism()), Wire.int32(first.data().length), first.data()));
    byte[] challenge = peer.read('R');
    SASLResponse answer = scram.answer(new AuthenticationSASLContinue(tail(challenge)));
    peer.send(Wire.message('p', answer.data()));
    byte[] last = peer.read();
    if (last[0] == 'R') {
      scram.finish(new AuthenticationSASLFinal(tail(last)));
    }
    return last;
  }

  private static byte[] tail(byte[] authentication) {
    return Arrays.copyOfRange(authentication, 9, authentication.length);
  }

  /** The server's part of SCRAM, for scripts. */
  static void askForProof(Peer peer, String password) throws IOException {
    askForProof(peer, password, 4096);
  }

  /** The same with another count of iterations. */
  static void askForProof(Peer peer, String password, int iterations) throws IOException {
    ScramServer scram =
        new ScramServer(
            ScramVerifier.of(password.getBytes(UTF_8), new byte[16], iterations), null, RANDOM);
    peer.send(Wire.message('R', Wire.int32(10), Wire.text("SCRAM-SHA-256"), new byte[1]));
    byte[] first = peer.read('p');
    int mechanism = 5 + "SCRAM-SHA-256".length() + 1;
    byte[] challenge =
        scram.first(
            new SASLInitialResponse(
                "SCRAM-SHA-256", Arrays.copyOfRange(first, mechanism + 4, first.length)));
    peer.send(Wire.message('R', Wire.int32(11), challenge));
    byte[] last = peer.read('p');
    byte[] proof = scram.last(new SASLResponse(Arrays.copyOfRange(last, 5, last.length)));
    if (proof == null) {
      peer.send(Wire.error("FATAL", "28P01"));
    } else {
      peer.send(Wire.message('R', Wire.int32(12), proof), authenticationOk());
    }
  }

  /** Waits until the only client's first operation was recorded. */
  void awaitOperation() throws InterruptedException {
    for (int i = 0; i < 400 && recordings.get(0).operations.isEmpty(); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  static byte[] authenticationOk() {
    return Wire.message('R', Wire.int32(0));
  }

  /** What a server says when it is ready. */
  static byte[] welcome() {
    return Wire.join(
        Wire.message('S', Wire.text("server_version"), Wire.text("15.1")),
        Wire.message('K', Wire.int32(4711), Wire.int32(0x5ec3e7)),
        Wire.ready('I'));
  }

  @Override
  public void close() {
    try {
      endpoint.close("the test is over").get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the endpoint does not close", e);
    } finally {
      transport.close();
    }
  }
}
