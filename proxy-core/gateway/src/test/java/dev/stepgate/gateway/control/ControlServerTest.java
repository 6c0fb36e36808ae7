package dev.stepgate.gateway.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.SessionDoor;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlServerTest {

  private static final Duration PATIENT = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final Keeper keeper = new Keeper();
  private ControlServer server;

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_session_is_opened_and_sealed_over_one_connection() throws Exception {
    start(admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session =
          door.open(Map.of("CI_JOB_ID", "7", "SECRET", "x"), List.of("orders-db"));
      Seal seal = session.seal();

      assertThat(session.isolation()).isEqualTo(Isolation.USER);
      assertThat(session.environment().variables(directory)).containsEntry("PGPASSWORD", "t0ken");
      assertThat(seal).isEqualTo(keeper.seal(session.id()));
      assertThat(keeper.jobs.take().claimed()).containsOnly(Map.entry("CI_JOB_ID", "7"));
      assertThat(keeper.ended.take()).isEqualTo("sealed");
    }
  }

  @Test
  void a_connection_that_is_lost_interrupts_its_session() throws Exception {
    start(admitting(own()), PATIENT);
    ControlDoor door = ControlDoor.connect(socket(), step());
    door.open(Map.of(), List.of("orders-db"));

    door.close();

    assertThat(keeper.ended.take()).isEqualTo("interrupted: its control connection was closed");
    assertThat(server.sessions()).isZero();
  }

  @Test
  void a_connection_that_is_lost_while_its_session_is_being_opened_interrupts_it()
      throws Exception {
    keeper.mayOpen = new CountDownLatch(1);
    start(admitting(own()), PATIENT);
    SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    client.write(ByteBuffer.wrap(ControlMessages.open(List.of("orders-db"), Map.of(), step())));
    keeper.opening.await();
    client.close();

    keeper.mayOpen.countDown();

    assertThat(keeper.ended.take()).isEqualTo("interrupted: its control connection was closed");
  }

  @Test
  void stopping_the_server_interrupts_what_is_open() throws Exception {
    start(admitting(own()), PATIENT);
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      door.open(Map.of(), List.of("orders-db"));

      server.close();

      assertThat(keeper.ended.take()).isEqualTo("interrupted: the gateway was stopped");
      assertThat(socket()).doesNotExist();
    }
  }

  @Test
  void draining_lets_nobody_in_and_lets_sessions_end() throws Exception {
    start(admitting(own()), PATIENT);
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Map.of(), List.of("orders-db"));

      server.drain();

      session.seal();
      assertThat(keeper.ended.take()).isEqualTo("sealed");
      assertThatThrownBy(() -> ControlDoor.connect(socket(), step()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_user_who_is_not_named_is_refused() throws Exception {
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      assertThatThrownBy(() -> door.open(Map.of(), List.of("orders-db")))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("this user may not open sessions here")
          .matches(e -> ((Failure) e).code() == ExitCode.REFUSED);
    }
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void the_gateways_own_user_is_refused_unless_the_operator_said_so() throws Exception {
    start(new Admittance(own().uid(), Set.of(own().uid()), Set.of(), false), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThatThrownBy(() -> door.open(Map.of(), List.of("orders-db")))
          .hasMessageContaining("could read the gateway's memory");
    }
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void a_refusal_of_the_gateways_reaches_the_client_as_plain_text() throws Exception {
    keeper.refusal = "no \u001b[31m connection";
    start(admitting(own()), PATIENT);

    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      assertThatThrownBy(() -> door.open(Map.of(), List.of("orders-db")))
          .hasMessage("the gateway says: no \\x1b[31m connection");
    }
  }

  @Test
  void a_gateway_tells_its_name_to_those_who_may_open_sessions() throws Exception {
    start(admitting(own()), PATIENT);
    Optional<String> told = ControlDoor.gatewayName(socket());
    server.close();
    Optional<String> gone = ControlDoor.gatewayName(socket());
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);

    Optional<String> stranger = ControlDoor.gatewayName(socket());

    assertThat(told).contains("test");
    assertThat(gone).isEmpty();
    assertThat(stranger).isEmpty();
  }

  @Test
  void lines_that_are_no_messages_are_answered_with_an_error_and_closed() throws Exception {
    start(admitting(own()), PATIENT);

    assertThat(talk("nonsense\n")).contains("\"error\":\"malformed\"", "no JSON object");
    assertThat(talk("[]\n")).contains("no JSON object");
    assertThat(talk("{\"v\":1,\"v\":1,\"do\":\"status\"}\n")).contains("no JSON object");
    assertThat(talk("{\"v\":2,\"do\":\"status\"}\n")).contains("v must be 1");
    assertThat(talk("{\"v\":1,\"do\":\"stop\"}\n")).contains("do must be open, seal or status");
    assertThat(talk("{\"v\":1,\"do\":\"seal\"}\n")).contains("has no session");
    assertThat(talk("{\"v\":1,\"do\":\"status\",\"x\":1}\n")).contains("not known");
    assertThat(talk("{\"v\":1,\"do\":\"open\",\"connections\":[]}\n")).contains("1 to 64 names");
    assertThat(talk("{\"v\":1,\"do\":\"open\",\"connections\":[1]}\n")).contains("be strings");
    assertThat(talk("{\"v\":1,\"do\":\"open\",\"connections\":[[[[[1]]]]]}\n")).contains("no JSON");
    assertThat(talk("{\"v\":1,\"do\":\"status\"}\n{\"v\":1,\"do\":\"status\"}\n"))
        .contains("must wait for the answer");
    assertThat(keeper.jobs).isEmpty();
  }

  @Test
  void a_giant_line_is_refused_at_its_limit() throws Exception {
    start(admitting(own()), PATIENT);

    String answer = talk("x".repeat(ControlMessages.MAX_LINE));

    assertThat(answer).contains("longer than 65536 bytes");
  }

  @Test
  void a_client_that_sends_a_byte_now_and_then_is_closed_in_time() throws Exception {
    start(admitting(own()), Duration.ofMillis(300));

    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      client.write(ByteBuffer.wrap(new byte[] {'{'}));
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void a_session_may_be_silent_for_longer_than_a_request_may_take() throws Exception {
    start(admitting(own()), Duration.ofMillis(200));
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Map.of(), List.of("orders-db"));
      // Another connection's end proves that the limit has passed since.
      try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
        assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }

      Seal seal = session.seal();

      assertThat(seal.session()).isEqualTo(session.id());
    }
  }

  @Test
  void one_user_cannot_take_all_places_before_opening_anything() throws Exception {
    start(admitting(own()), PATIENT);
    List<SocketChannel> idle = new ArrayList<>();
    for (int i = 0; i < ControlServer.MAX_PENDING_PER_USER; i++) {
      idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket())));
    }

    try (SocketChannel further = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      assertThat(further.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    for (SocketChannel channel : idle) {
      channel.close();
    }
  }

  @Test
  void a_second_session_on_a_connection_is_refused_and_ends_the_first() throws Exception {
    start(admitting(own()), PATIENT);
    byte[] open = ControlMessages.open(List.of("orders-db"), Map.of(), step());
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      client.write(ByteBuffer.wrap(open));
      line(client);

      client.write(ByteBuffer.wrap(open));

      assertThat(line(client)).contains("has a session already");
      assertThat(keeper.ended.take()).startsWith("interrupted");
    }
  }

  @Test
  void a_seal_that_cannot_be_kept_is_said_and_the_session_interrupted() throws Exception {
    keeper.sealFailure = "the disk is full";
    start(admitting(own()), PATIENT);
    try (ControlDoor door = ControlDoor.connect(socket(), step())) {
      SessionDoor.Opened session = door.open(Map.of(), List.of("orders-db"));

      assertThatThrownBy(session::seal)
          .hasMessageContaining("the disk is full")
          .matches(e -> ((Failure) e).code() == ExitCode.GATEWAY);

      assertThat(keeper.ended.take()).startsWith("interrupted");
    }
  }

  @Test
  void a_socket_left_by_a_dead_gateway_is_taken_and_a_living_ones_is_not() throws Exception {
    start(admitting(own()), PATIENT);

    assertThatThrownBy(() -> ControlServer.start(socket(), keeper, admitting(own()), PATIENT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another gateway answers");

    server.close();
    Files.createFile(socket());
    start(admitting(own()), PATIENT);
    assertThat(talk("{\"v\":1,\"do\":\"status\"}\n")).contains("\"gateway\":\"test\"");
  }

  private void start(Admittance admittance, Duration timeout) throws IOException {
    server = ControlServer.start(socket(), keeper, admittance, timeout);
  }

  private Path socket() {
    return directory.resolve("c.sock");
  }

  private static OsUser own() throws IOException {
    return OsUser.current();
  }

  // As if the gateway were another user's, since a test has only its own user to connect as.
  private static Admittance admitting(OsUser user) {
    return new Admittance(user.uid() + 1, Set.of(user.uid()), Set.of(), false);
  }

  // Root has to say which user its step is.
  private static Optional<Integer> step() throws IOException {
    return own().uid() == 0 ? Optional.of(4711) : Optional.empty();
  }

  private String talk(String text) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      for (ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8)); bytes.hasRemaining(); ) {
        client.write(bytes);
      }
      return line(client);
    }
  }

  private static String line(SocketChannel client) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (client.read(one) > 0) {
      byte next = one.flip().get();
      one.clear();
      if (next == '\n') {
        break;
      }
      line.write(next);
    }
    return line.toString(UTF_8);
  }

  /** A gatekeeper that notes what it is asked. */
  private static final class Keeper implements Gatekeeper {

    private final BlockingQueue<JobContext> jobs = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final CountDownLatch opening = new CountDownLatch(1);
    private CountDownLatch mayOpen = new CountDownLatch(0);
    private String refusal;
    private String sealFailure;

    @Override
    public String name() {
      return "test";
    }

    @Override
    public Served open(JobContext job, List<String> connections) throws Failure {
      opening.countDown();
      try {
        mayOpen.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (refusal != null) {
        throw new Failure(ExitCode.REFUSED, refusal);
      }
      jobs.add(job);
      SessionId id = SessionId.create(1, new SecureRandom());
      return new Served() {
        @Override
        public SessionId id() {
          return id;
        }

        @Override
        public List<Endpoint> endpoints() {
          return connections.stream()
              .map(
                  name ->
                      new Endpoint(
                          name, "postgresql", "127.0.0.1", 1, "u", "t0ken", "d", Optional.empty()))
              .toList();
        }

        @Override
        public Seal seal() throws Failure {
          if (sealFailure != null) {
            throw new Failure(ExitCode.GATEWAY, sealFailure);
          }
          ended.add("sealed");
          return Keeper.this.seal(id);
        }

        @Override
        public void interrupt(String reason) {
          ended.add("interrupted: " + reason);
        }
      };
    }

    Seal seal(SessionId id) {
      return new Seal(id, 2, 1, 0, "/r", "aa", "stepgate/test", 9, "bb");
    }
  }
}
