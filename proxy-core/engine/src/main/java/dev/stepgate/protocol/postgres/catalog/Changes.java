package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.List;

/** What a transaction that is still open has changed of the catalog. */
final class Changes {

  private final List<Facts.Statement> statements;

  private Changes(List<Facts.Statement> statements) {
    this.statements = statements;
  }

  static Changes of(List<Facts.Statement> statements) {
    return new Changes(statements);
  }

  /** Whether what names mean may be other after a statement. */
  static boolean isChange(Facts.Statement statement, Reach.Statement reach) {
    return !reach.unknown().isEmpty() && looksUp(statement)
        || reach.uses().stream().anyMatch(use -> changes(use.effect()));
  }

  private static boolean changes(Effect effect) {
    return switch (effect) {
      case CREATE, ALTER, DROP, REFERENCE, GRANT, ROLE, SYSTEM, SESSION_IDENTITY -> true;
      default -> false;
    };
  }

  /** Says what is unknown of a statement after these changes. */
  void judge(Facts.Statement statement, Found found) {
    if (!statements.isEmpty() && looksUp(statement)) {
      found.unknown(Reason.UNCOMMITTED, "the open transaction has changed definitions");
    }
  }

  /** Whether a statement means anything by names that the catalog knows. */
  private static boolean looksUp(Facts.Statement statement) {
    return !statement.references().isEmpty()
        || statement.uses().stream().anyMatch(use -> !use.later() && looksUp(use.effect()));
  }

  private static boolean looksUp(Effect effect) {
    return switch (effect) {
      case TRANSACTION,
          SET,
          SHOW,
          LISTEN,
          RELEASE,
          FETCH,
          PREPARE,
          EXECUTE,
          SESSION_IDENTITY,
          NOTIFY ->
          false;
      default -> true;
    };
  }
}
