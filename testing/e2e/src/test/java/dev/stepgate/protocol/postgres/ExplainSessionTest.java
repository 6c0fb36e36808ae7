package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.admission.Shown;
import dev.stepgate.e2e.EndToEnd;
import dev.stepgate.e2e.OrdersServer;
import dev.stepgate.protocol.postgres.wire.Bind;
import dev.stepgate.protocol.postgres.wire.Execute;
import dev.stepgate.protocol.postgres.wire.Formats;
import dev.stepgate.protocol.postgres.wire.FrontendMessage;
import dev.stepgate.protocol.postgres.wire.Parse;
import dev.stepgate.protocol.postgres.wire.Query;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.StartupMessage.Parameter;
import dev.stepgate.protocol.postgres.wire.Values;
import dev.stepgate.protocol.postgres.wire.WireText;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a real server says of statements, and that being asked changes nothing. */
@EndToEnd
class ExplainSessionTest {

  private static OrdersServer server;
  private static Transport transport;
  private static Upstreams upstreams;

  @BeforeAll
  static void start() throws Exception {
    server = OrdersServer.start();
    server.sql("CREATE TABLE orders (id int PRIMARY KEY, item text)");
    server.sql("INSERT INTO orders SELECT n, 'bolt' FROM generate_series(1, 1000) n");
    server.sql("ANALYZE orders");
    server.sql("CREATE SCHEMA other; CREATE TABLE other.orders (id int)");
    server.sql("INSERT INTO other.orders SELECT 1 FROM generate_series(1, 7)");
    server.sql("ANALYZE other.orders; GRANT ALL ON ALL TABLES IN SCHEMA public, other TO PUBLIC");
    server.sql("GRANT USAGE ON SCHEMA other TO PUBLIC");
    transport = new Transport(Io.nio(), 1);
    PostgresTarget target =
        new PostgresTarget(
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
    upstreams =
        new Upstreams(target, transport, new SecureRandom(), new Memory(), (own, name) -> null);
  }

  @AfterAll
  static void stop() {
    if (transport != null) {
      transport.close();
    }
    server.close();
  }

  private static ByteBuffer bytes(FrontendMessage... messages) {
    ByteBuf out = Unpooled.buffer();
    for (FrontendMessage message : messages) {
      message.encode(out);
    }
    return ByteBuffer.wrap(ByteBufUtil.getBytes(out));
  }

  private static ExplainSession.Said ask(Shown shown, List<String> path) throws Exception {
    List<Parameter> settings = new ArrayList<>(Explanation.SETTINGS);
    settings.add(new Parameter("user", OrdersServer.USER));
    settings.add(new Parameter("database", OrdersServer.DATABASE));
    CompletableFuture<ExplainSession.Said> said = new CompletableFuture<>();
    upstreams
        .open(transport.loops().get(0), new StartupMessage(0, settings))
        .addListener(
            (io.netty.util.concurrent.Future<Upstream> opened) -> {
              if (opened.isSuccess()) {
                opened.getNow().handTo(new ExplainSession(shown, path, said::complete));
              } else {
                said.completeExceptionally(opened.cause());
              }
            });
    return said.get(30, TimeUnit.SECONDS);
  }

  private static ExplainSession.Said query(String sql) throws Exception {
    Shown shown =
        new Shown(
            sql, List.of(), ByteBuffer.allocate(0), bytes(new Query(WireText.of(sql))), false);
    return ask(shown, null);
  }

  private static String rows(ExplainSession.Said said) {
    assertThat(said.error()).isEmpty();
    return ExpectedRows.of(said.plan());
  }

  @Test
  void rows_to_be_deleted_are_counted_and_stay() throws Exception {
    assertThat(rows(query("DELETE FROM orders")))
        .isEqualTo("EXPLAIN expects 1000 rows to be deleted");
    assertThat(rows(query("WITH d AS (DELETE FROM orders RETURNING id) SELECT * FROM d")))
        .isEqualTo("EXPLAIN expects 1000 rows to be deleted");
    assertThat(server.sql("SELECT count(*) FROM orders")).isEqualTo("1000");
  }

  @Test
  void parameters_are_bound() throws Exception {
    Parse parse = new Parse(WireText.of("s"), WireText.of("DELETE FROM orders WHERE id = $1"), 23);
    Bind bind =
        new Bind(
            WireText.EMPTY,
            WireText.of("s"),
            Formats.of(1),
            Values.of(new byte[] {0, 0, 0, 7}),
            Formats.NONE);
    Shown shown =
        new Shown("", List.of(), bytes(parse), bytes(bind, new Execute(WireText.EMPTY, 0)), false);

    assertThat(rows(ask(shown, null))).isEqualTo("EXPLAIN expects 1 row to be deleted");
  }

  @Test
  void names_are_searched_where_the_session_searches_them() throws Exception {
    Shown shown =
        new Shown(
            "",
            List.of(),
            ByteBuffer.allocate(0),
            bytes(new Query(WireText.of("DELETE FROM orders"))),
            false);

    assertThat(rows(ask(shown, List.of("other", "public"))))
        .isEqualTo("EXPLAIN expects 7 rows to be deleted");
  }

  @Test
  void nothing_follows_what_is_explained_and_nothing_is_analyzed() throws Exception {
    assertThat(query("SELECT 1; DELETE FROM orders").error()).isEqualTo("42601");
    assertThat(query("ANALYZE DELETE FROM orders").error()).isEqualTo("42601");
    assertThat(query("ANALYZE orders").error()).isEqualTo("42601");
    assertThat(query("COMMIT").error()).isEqualTo("42601");
    assertThat(query("DROP TABLE orders").error()).isEqualTo("42601");
    assertThat(server.sql("SELECT count(*) FROM orders")).isEqualTo("1000");
  }

  @Test
  void a_session_that_explains_can_only_read() throws Exception {
    server.sql(
        "CREATE FUNCTION empties() RETURNS int LANGUAGE plpgsql VOLATILE AS"
            + " $$ BEGIN DELETE FROM public.orders; RETURN 1; END $$");
    server.sql(
        "CREATE FUNCTION hidden() RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
            + " $$ BEGIN RETURN public.empties(); END $$");

    assertThat(query("SELECT * FROM orders WHERE id = hidden()").error()).isEqualTo("25006");
    assertThat(server.sql("SELECT count(*) FROM orders")).isEqualTo("1000");
  }

  @Test
  void who_holds_the_table_is_not_waited_for_long() throws Exception {
    assertThat(query("SELECT pg_sleep(60)").error()).isEmpty(); // planned, not run
    assertThat(query("DELETE FROM nowhere").error()).isEqualTo("42P01");
  }
}
