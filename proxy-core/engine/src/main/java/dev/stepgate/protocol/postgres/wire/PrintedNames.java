package dev.stepgate.protocol.postgres.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link MessagePrinter} remembers of a connection, so that a value's type is known where it
 * is shown: statements by name, portals by name. The oldest is forgotten when there are too many.
 */
final class PrintedNames {

  /** How many statements, and how many portals, are remembered. */
  static final int MAX_NAMES = 1_000;

  /** A prepared statement: what it takes, and what it returns, as far as it was told. */
  static final class Statement {
    int[] types = new int[0];
    List<RowDescription.Column> columns;
  }

  /**
   * A portal.
   *
   * @param statement what it was made from
   * @param formats the columns' formats
   */
  record Portal(Statement statement, Formats formats) {}

  private final Map<WireText, Statement> statements = bounded();
  private final Map<WireText, Portal> portals = bounded();

  private static <V> Map<WireText, V> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<WireText, V> eldest) {
        return size() > MAX_NAMES;
      }
    };
  }

  Statement prepare(WireText name, int... types) {
    Statement statement = new Statement();
    statement.types = types;
    statements.put(name, statement);
    return statement;
  }

  /** A statement that was never seen prepared is one of which nothing is known. */
  Statement statement(WireText name) {
    Statement known = statements.get(name);
    return known != null ? known : prepare(name);
  }

  void bind(Bind bind) {
    portals.put(bind.portal(), new Portal(statement(bind.statement()), bind.resultFormats()));
  }

  /** The portal, or null if it was never seen bound. */
  Portal portal(WireText name) {
    return portals.get(name);
  }
}
