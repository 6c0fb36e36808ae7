package dev.stepgate.e2e;

/** A server with one database and one user, for tests that stand in the engine's own rooms. */
public final class OrdersServer implements AutoCloseable {

  /** The database. */
  public static final String DATABASE = "orders";

  /** Who logs in there. */
  public static final String USER = "ci_migrator";

  private final PostgresServer server;
  private final String password = Machine.secret();

  private OrdersServer(PostgresServer server) {
    this.server = server;
  }

  /** Starts one. */
  public static OrdersServer start() {
    OrdersServer orders = new OrdersServer(PostgresServer.start());
    orders.server.database(DATABASE, USER, orders.password);
    return orders;
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return server.port();
  }

  /** The user's password. */
  public String password() {
    return password;
  }

  /** What the superuser gets. */
  public String sql(String sql) {
    return server.sql(DATABASE, sql);
  }

  @Override
  public void close() {
    server.close();
  }
}
