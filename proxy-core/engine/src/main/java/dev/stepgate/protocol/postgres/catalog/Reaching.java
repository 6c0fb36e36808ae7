package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.operation.Reach.Unknown;
import dev.stepgate.operation.Reach.Unknown.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a request comes to, its statements one after the other: each may change the next ones. */
final class Reaching {

  /** A search path of one plain name: of others a text does not tell how they were quoted. */
  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private final Snapshot snapshot;
  private final boolean plain;
  private Path path;
  private final List<Facts.Statement> changes;

  private Reaching(Snapshot snapshot, Surroundings now) {
    this.snapshot = snapshot;
    plain = now.standardStrings();
    path = new Path(now.searchPath(), now.currentUser(), now.tempSchema());
    changes = new ArrayList<>(now.uncommitted());
  }

  static Reach of(Snapshot snapshot, Facts facts, Surroundings now) {
    Reaching reaching = new Reaching(snapshot, now);
    List<Reach.Statement> statements = new ArrayList<>();
    for (Facts.Statement statement : facts.statements()) {
      statements.add(reaching.statement(statement));
    }
    return new Reach(statements);
  }

  /** The same for every statement: nothing is known. */
  static Reach unknown(Facts facts, Reason reason, String detail) {
    Reach.Statement none =
        new Reach.Statement(
            List.of(), List.of(), java.util.Set.of(), List.of(new Unknown(reason, detail)));
    return new Reach(facts.statements().stream().map(statement -> none).toList());
  }

  private Reach.Statement statement(Facts.Statement statement) {
    Changes changed = changes.isEmpty() ? Changes.NONE : Changes.of(changes, snapshot, path);
    Found found = new Walk(snapshot, plain, changed).statement(statement, path);
    if (found.isMoved() && !path.isAnywhere()) {
      found = new Walk(snapshot, plain, changed).statement(statement, path.anywhere());
    }
    changed.judge(statement, found);
    Reach.Statement reach = found.statement();
    after(statement, reach, found.isMoved());
    return reach;
  }

  /** What the next statement of the same request finds. */
  private void after(Facts.Statement statement, Reach.Statement reach, boolean moved) {
    boolean transaction = reach.uses().stream().anyMatch(use -> use.effect() == Effect.TRANSACTION);
    if (moved || transaction) {
      path = moved(statement, transaction);
    }
    if (Changes.isChange(statement, reach)) {
      changes.add(statement);
    }
  }

  /** A plain SET of the search path says where to look from now on; all else does not. */
  private Path moved(Facts.Statement statement, boolean transaction) {
    if (!transaction && statement.settings().size() == 1 && statement.references().isEmpty()) {
      Facts.Setting setting = statement.settings().get(0);
      boolean plain = setting.value() != null && PLAIN.matcher(setting.value()).matches();
      if (plain && setting.name().equals("search_path")) {
        return new Path(List.of(setting.value()), path.user(), path.temp());
      }
    }
    return path.anywhere();
  }
}
