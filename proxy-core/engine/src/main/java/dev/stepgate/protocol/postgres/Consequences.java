package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.catalog.Surroundings;
import java.util.List;

/**
 * What a Query or Execute on its way does to names, statement by statement as the server says that
 * they are done. What is lost counts as lost even if its statement failed.
 */
final class Consequences {

  private final Subjects subjects;
  private final long operation;
  private final String text;
  private final Surroundings surroundings;
  private final List<NameChange> changes;
  private int done;

  /**
   * Consequences that are on their way from now on.
   *
   * @param operation the number of the operation that has them
   * @param text its statement's text, or null
   * @param surroundings what names meant when it was sent
   * @param changes one for each statement, {@code null} where it changes none
   */
  Consequences(
      Subjects subjects,
      long operation,
      String text,
      Surroundings surroundings,
      List<NameChange> changes) {
    this.surroundings = surroundings;
    this.subjects = subjects;
    this.operation = operation;
    this.text = text;
    this.changes = changes;
    subjects.changing(1);
  }

  /** One more of its statements is done. */
  void statementDone() {
    if (done < changes.size()) {
      apply(changes.get(done));
    }
    done++;
  }

  /** No more of its statements will be done. */
  void ended() {
    for (int i = done; i < changes.size(); i++) {
      NameChange change = changes.get(i);
      if (change != null && change.isLoss()) {
        apply(change);
      }
    }
    done = changes.size();
    subjects.changing(-1);
  }

  private void apply(NameChange change) {
    if (change != null) {
      subjects.apply(change, operation, text, surroundings);
    }
  }
}
