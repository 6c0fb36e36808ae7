package dev.stepgate.protocol.postgres.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What an operation's request says of its response: which statements or portals are described,
 * which portals run. A guess where the recording has only a part; it decides how values are shown,
 * never whether.
 */
final class PrintedExchange {

  /** How many Describe and Execute are remembered until they are answered. */
  private static final int MAX_PENDING = 1_000;

  private final PrintedNames names;
  private final Deque<Describe> described = new ArrayDeque<>();
  private final Deque<WireText> executed = new ArrayDeque<>();
  private List<RowDescription.Column> columns;
  private boolean binaryResult;

  PrintedExchange(PrintedNames names) {
    this.names = names;
  }

  void describes(Describe describe) {
    if (described.size() < MAX_PENDING) {
      described.add(describe);
    }
  }

  void executes(WireText portal) {
    if (executed.size() < MAX_PENDING) {
      executed.add(portal);
    }
  }

  void calls(boolean binary) {
    binaryResult = binary;
  }

  boolean isResultBinary() {
    return binaryResult;
  }

  /** The server told a statement's parameter types. */
  void parameters(int... types) {
    Describe describe = described.peek();
    if (describe != null && describe.target() == Target.STATEMENT) {
      names.statement(describe.name()).types = types;
    }
  }

  /** The server told columns: of what was described, else of the rows that follow. */
  void columns(List<RowDescription.Column> told) {
    Describe describe = described.poll();
    if (describe == null) {
      columns = told;
    } else if (describe.target() == Target.STATEMENT) {
      names.statement(describe.name()).columns = told;
    } else {
      PrintedNames.Portal portal = names.portal(describe.name());
      if (portal != null) {
        portal.statement().columns = told;
      }
    }
  }

  /** The server told that there are no columns. */
  void noColumns() {
    described.poll();
  }

  /** A command ended; rows that follow are another's. */
  void completed() {
    executed.poll();
    columns = null;
  }

  /** The columns of the rows that come now, or null. */
  List<RowDescription.Column> columns() {
    PrintedNames.Portal portal = portal();
    return portal == null ? columns : portal.statement().columns;
  }

  /** The formats of the rows that come now, or null if these are the columns' own. */
  Formats formats() {
    PrintedNames.Portal portal = portal();
    return portal == null ? null : portal.formats();
  }

  private PrintedNames.Portal portal() {
    return executed.isEmpty() ? null : names.portal(executed.peek());
  }
}
