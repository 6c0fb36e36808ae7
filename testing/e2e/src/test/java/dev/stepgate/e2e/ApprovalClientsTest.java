package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.admission.Gate;
import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.approval.Desk;
import dev.stepgate.approval.Request;
import dev.stepgate.approval.RequestFiles;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.policy.Decision;
import dev.stepgate.protocol.Doorkeeper;
import dev.stepgate.protocol.postgres.PostgresEndpoint;
import dev.stepgate.protocol.postgres.PostgresLimits;
import dev.stepgate.protocol.postgres.PostgresProtocol;
import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.protocol.postgres.wire.ScramVerifier;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Person;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** psql and pgjdbc while people are asked about every other statement of theirs. */
@EndToEnd
class ApprovalClientsTest {

  private static final String TOKEN = "token-of-the-session";
  private static final Person BOB = Person.local("bob", 4001, List.of("dba"));
  private static final Decision ASK =
      Decision.ask(
          "mass-writes", "Many rows.", new Decision.Ask(List.of("dba"), 1, Duration.ofMinutes(2)));

  private static OrdersServer server;

  @TempDir private Path state;
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private final Transport transport = new Transport(Io.nio(), 1);
  private volatile boolean asking;
  private Desk desk;
  private PostgresEndpoint endpoint;

  @BeforeAll
  static void start() {
    server = OrdersServer.start();
    server.sql("CREATE TABLE orders (id int)");
    server.sql("GRANT ALL ON orders TO " + OrdersServer.USER);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    server.sql("TRUNCATE orders; INSERT INTO orders VALUES (1), (2), (3)");
    desk = new Desk(RequestFiles.open(state), InstantSource.system(), worker);
    desk.attend();
    Gate gate =
        new Gate(
            (session, connection, operation, now) -> asks(operation) ? ASK : Decision.ALLOW,
            InstantSource.system(),
            Optional.of(desk));
    PostgresProtocol protocol =
        new PostgresProtocol(
            transport, gate, (loop, session, connection) -> new Kept(), InstantSource.system());
    Session session =
        new Session(
            SessionId.create(1, new SecureRandom()),
            "gw",
            Instant.EPOCH,
            "ci(998)",
            Isolation.USER,
            Bearer.user("ci", 998),
            Map.of(),
            List.of("orders-db"));
    AtomicInteger numbers = new AtomicInteger();
    endpoint =
        protocol.open(
            session,
            target(),
            ScramVerifier.of(TOKEN.getBytes(StandardCharsets.UTF_8), new byte[16], 4096),
            Doorkeeper.NONE,
            Optional.empty(),
            numbers::incrementAndGet);
  }

  private static PostgresTarget target() {
    return new PostgresTarget(
        "orders-db",
        "127.0.0.1",
        server.port(),
        OrdersServer.DATABASE,
        Set.of(),
        false,
        OrdersServer.USER,
        () -> server.password().getBytes(StandardCharsets.UTF_8),
        DialTls.OFF,
        PostgresTarget.DEFAULT_AUTH,
        PostgresLimits.DEFAULT);
  }

  private boolean asks(Operation operation) {
    return asking
        && operation.kind() != Operation.Kind.COPY_IN
        && operation.kind() != Operation.Kind.COPY_OUT;
  }

  @AfterEach
  void close() throws Exception {
    endpoint.close("the test is over").get(20, TimeUnit.SECONDS);
    transport.close();
    worker.shutdown();
    assertThat(worker.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private Program psql(String... words) {
    List<String> command = new java.util.ArrayList<>(List.of("psql", "-XAt"));
    command.addAll(List.of(words));
    return Program.of(command)
        .with("PGHOST", "127.0.0.1")
        .with("PGPORT", Integer.toString(endpoint.port()))
        .with("PGUSER", OrdersServer.USER)
        .with("PGDATABASE", OrdersServer.DATABASE)
        .with("PGPASSWORD", TOKEN);
  }

  private Request waiting() throws Exception {
    return waiting(new CompletableFuture<>());
  }

  private Request waiting(CompletableFuture<?> client) throws Exception {
    for (int i = 0; i < 400; i++) {
      assertThat(client.isDone()).as(() -> "what did not wait: " + client.join()).isFalse();
      List<Request> open = desk.list(BOB, false);
      if (!open.isEmpty()) {
        return open.get(0);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("nothing waits");
  }

  private String rows() {
    return server.sql("SELECT count(*) FROM orders");
  }

  @Test
  void psql_is_told_and_runs_what_was_approved() throws Exception {
    asking = true;
    CompletableFuture<Ran> client =
        CompletableFuture.supplyAsync(() -> psql("-c", "DELETE FROM orders WHERE id < 3").run());
    Request request = waiting();
    assertThat(rows()).isEqualTo("3");
    assertThat(request.statement()).isEqualTo("DELETE FROM orders WHERE id < 3");

    desk.answer(BOB, "bob(4001)", request.id(), true, "");

    Ran ran = client.get(60, TimeUnit.SECONDS).ok();
    assertThat(ran.out()).contains("DELETE 2");
    assertThat(ran.err())
        .contains("NOTICE:  waiting for approval " + request.id() + " by somebody of dba")
        .contains("stepgate approve " + request.id());
    assertThat(rows()).isEqualTo("1");
  }

  @Test
  void psql_sees_a_rejection_and_its_transaction_is_lost() throws Exception {
    CompletableFuture<Ran> client =
        CompletableFuture.supplyAsync(
            () ->
                psql(
                        "-c", "BEGIN",
                        "-c", "INSERT INTO orders VALUES (4)",
                        "-c", "SELECT pg_sleep(1)",
                        "-c", "DELETE FROM orders",
                        "-c", "COMMIT",
                        "-c", "SELECT 'alive'")
                    .run());
    awaitSleep();
    asking = true;
    Request request = waiting();
    asking = false;

    desk.answer(BOB, "bob(4001)", request.id(), false, "not today");

    Ran ran = client.get(60, TimeUnit.SECONDS);
    assertThat(ran.err()).contains("rejected by bob: not today");
    assertThat(ran.out()).contains("alive");
    assertThat(rows()).isEqualTo("3");
  }

  /** Until the server works on what stands before the statement that people are asked about. */
  private static void awaitSleep() throws InterruptedException {
    String sql =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state ="
            + " 'active'";
    for (int i = 0; i < 400 && server.sql(sql).equals("0"); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void ctrl_c_in_psql_ends_the_wait() throws Exception {
    asking = true;
    Process client = psql("-c", "DELETE FROM orders").start();
    try {
      Request request = waiting();
      Program.of("kill", "-INT", Long.toString(client.pid())).run().ok();

      String said = new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said).contains("cancelled while it waited for approval");
      assertThat(ended(request).state()).isEqualTo(Request.State.CANCELLED);
      assertThat(rows()).isEqualTo("3");
    } finally {
      client.destroyForcibly();
    }
  }

  @Test
  void a_client_that_is_killed_waits_no_more() throws Exception {
    asking = true;
    Process client = psql("-c", "DELETE FROM orders").start();
    Request request = waiting();

    client.destroyForcibly().waitFor();

    assertThat(ended(request).state()).isEqualTo(Request.State.CANCELLED);
    assertThat(
            catchThrowableOfType(
                AnswerRefused.class, () -> desk.answer(BOB, "bob(4001)", request.id(), true, "")))
        .isNotNull();
    assertThat(rows()).isEqualTo("3");
  }

  private Request ended(Request request) throws Exception {
    for (int i = 0; i < 400 && desk.show(BOB, request.id()).state().open(); i++) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return desk.show(BOB, request.id());
  }

  @Test
  void pgjdbc_runs_what_was_approved_with_its_parameters_each_time() throws Exception {
    String url =
        "jdbc:postgresql://127.0.0.1:"
            + endpoint.port()
            + "/"
            + OrdersServer.DATABASE
            + "?prepareThreshold=0&user="
            + OrdersServer.USER
            + "&password="
            + TOKEN;
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement delete = connection.prepareStatement("DELETE FROM orders WHERE id = ?")) {
      asking = true;
      assertThat(run(delete, 1, true)).isEqualTo("$1 int4 = 1");
      assertThat(run(delete, 2, true)).isEqualTo("$1 int4 = 2");
      assertThat(rows()).isEqualTo("1");
      SQLException refused = catchThrowableOfType(SQLException.class, () -> run(delete, 3, false));
      assertThat(refused.getSQLState()).isEqualTo("42501");
      assertThat(refused.getMessage()).contains("rejected by bob");
      asking = false;
      delete.setInt(1, 4);
      assertThat(delete.executeUpdate()).isZero();
    }
    assertThat(rows()).isEqualTo("1");
  }

  /** Runs it while people are asked; answers what they were shown of its parameters. */
  private String run(PreparedStatement delete, int id, boolean approve) throws Exception {
    delete.setInt(1, id);
    CompletableFuture<Object> client =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return delete.executeUpdate();
              } catch (SQLException e) {
                return e;
              }
            });
    Request request = waiting(client);
    assertThat(request.kind()).isEqualTo("execute");
    assertThat(request.transaction()).isTrue();
    desk.answer(BOB, "bob(4001)", request.id(), approve, "");
    if (client.get(60, TimeUnit.SECONDS) instanceof SQLException e) {
      throw e;
    }
    return request.parameters().get(0);
  }

  /** A recording that keeps nothing: what is recorded is tested where the recording is. */
  private static final class Kept implements Recording {

    @Override
    public void request(long number, Operation operation, ByteBuffer body) {}

    @Override
    public void requestData(long number, ByteBuffer piece) {}

    @Override
    public void response(long number, ByteBuffer piece) {}

    @Override
    public void outcome(long number, Outcome outcome, long rows, ByteBuffer last) {}

    @Override
    public void note(String kind, ByteBuffer body) {}

    @Override
    public boolean settled(Runnable later) {
      return true;
    }

    @Override
    public boolean ready(Runnable later) {
      return true;
    }

    @Override
    public void end(String reason) {}
  }
}
