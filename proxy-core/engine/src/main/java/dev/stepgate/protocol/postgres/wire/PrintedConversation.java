package dev.stepgate.protocol.postgres.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What a client asked for and the server has not answered yet, in order; so that a row's columns
 * and formats are known. A guess where the recording has only a part: it decides how values are
 * shown, never whether.
 */
final class PrintedConversation {

  /** How much is remembered unanswered. If it is more, all is forgotten. */
  static final int MAX_PENDING = 10_000;

  /** Something that the server answers; columns are told for it or known from its statement. */
  private static final class Asked {

    private final boolean endsWithReady;
    private final boolean describes;
    private final PrintedNames.Statement statement;
    private final Formats formats;
    private List<RowDescription.Column> columns;

    Asked(
        boolean endsWithReady,
        boolean describes,
        PrintedNames.Statement statement,
        Formats formats) {
      this.endsWithReady = endsWithReady;
      this.describes = describes;
      this.statement = statement;
      this.formats = formats;
    }
  }

  private final PrintedNames names = new PrintedNames();
  private final Deque<Asked> pending = new ArrayDeque<>();

  /** Stands in where nothing is known to be asked. */
  private Asked unasked = new Asked(true, false, null, null);

  private boolean binaryResult;

  PrintedNames names() {
    return names;
  }

  /** Query, FunctionCall or Sync: something that ends with ReadyForQuery. */
  void asks() {
    add(new Asked(true, false, null, null));
  }

  void calls(boolean binary) {
    binaryResult = binary;
    asks();
  }

  boolean isResultBinary() {
    return binaryResult;
  }

  void describes(Describe describe) {
    PrintedNames.Portal portal = names.portal(describe.name());
    PrintedNames.Statement statement =
        describe.target() == Target.STATEMENT
            ? names.statement(describe.name())
            : portal == null ? null : portal.statement();
    add(new Asked(false, true, statement, null));
  }

  void executes(WireText name) {
    PrintedNames.Portal portal = names.portal(name);
    add(
        portal == null
            ? new Asked(false, false, null, null)
            : new Asked(false, false, portal.statement(), portal.formats()));
  }

  private void add(Asked asked) {
    if (pending.size() >= MAX_PENDING) {
      pending.clear();
    }
    pending.add(asked);
  }

  private Asked answered() {
    Asked first = pending.peek();
    return first != null ? first : unasked;
  }

  /** ParameterDescription. */
  void parameters(int... types) {
    Asked asked = answered();
    if (asked.describes && asked.statement != null) {
      asked.statement.types = types;
    }
  }

  /** RowDescription, or null for NoData. */
  void columns(List<RowDescription.Column> told) {
    Asked asked = answered();
    if (asked.describes) {
      if (asked.statement != null) {
        asked.statement.columns = told;
      }
      pending.poll();
    } else {
      asked.columns = told;
    }
  }

  /** A command ended, or a portal was suspended. */
  void completed() {
    Asked asked = answered();
    asked.columns = null;
    if (!asked.endsWithReady && !asked.describes) {
      pending.poll();
    }
  }

  /** ReadyForQuery: what an error made the server skip is answered by it too. */
  void ready() {
    unasked = new Asked(true, false, null, null);
    for (Asked asked = pending.poll(); asked != null; asked = pending.poll()) {
      if (asked.endsWithReady) {
        return;
      }
    }
  }

  /** The columns of the rows that come now, or null. */
  List<RowDescription.Column> columns() {
    Asked asked = answered();
    return asked.columns != null || asked.statement == null
        ? asked.columns
        : asked.statement.columns;
  }

  /** The formats of the rows that come now, or null if these are the columns' own. */
  Formats formats() {
    return answered().formats;
  }
}
