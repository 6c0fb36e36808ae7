package dev.stepgate.operation;

import java.util.Locale;

/**
 * What a request does, in words that rules use. A request has one for each thing it does: {@code
 * WITH d AS (DELETE …) SELECT …} is both a delete and a select.
 */
public enum Effect {
  /** Rows are read. */
  SELECT(Group.READ),
  /** Rows go to the client in bulk. */
  COPY_OUT(Group.READ),
  /** A plan is shown; with ANALYZE, what it explains is done too and stands beside it. */
  EXPLAIN(Group.READ),
  /** A setting is shown. */
  SHOW(Group.READ),
  /** A cursor is opened; what it reads stands beside it. */
  DECLARE(Group.READ),
  /** Rows are taken from an open cursor. */
  FETCH(Group.READ),
  /** A cursor, prepared statement or everything of the session is given back. */
  RELEASE(Group.READ),
  /** A statement is prepared; what it will do stands beside it, as later. */
  PREPARE(Group.READ),
  /** A statement prepared earlier is run: what that does, its preparation said. */
  EXECUTE(Group.READ),
  /** A transaction, or a point in one, begins, ends or gets its properties. */
  TRANSACTION(Group.READ),
  /** A setting of the session or transaction changes. */
  SET(Group.READ),
  /** Notifications are subscribed to, or no longer. */
  LISTEN(Group.READ),

  /** Rows are added. */
  INSERT(Group.WRITE),
  /** Rows are changed. */
  UPDATE(Group.WRITE),
  /** Rows are removed. */
  DELETE(Group.WRITE),
  /** Rows are merged in; what its branches do stands beside it. */
  MERGE(Group.WRITE),
  /** All rows are removed. */
  TRUNCATE(Group.WRITE),
  /** Rows come from the client in bulk. */
  COPY_IN(Group.WRITE),
  /** Rows are locked as if to change them. */
  LOCK_ROWS(Group.WRITE),
  /** A table is locked. */
  LOCK(Group.WRITE),
  /** A notification is sent. */
  NOTIFY(Group.WRITE),
  /** A block of code is run; what its statements do stands beside it. */
  DO(Group.WRITE),
  /** A procedure is called. */
  CALL(Group.WRITE),

  /** An object is made. */
  CREATE(Group.DDL),
  /** An object is changed. */
  ALTER(Group.DDL),
  /** An object is removed. */
  DROP(Group.DDL),
  /**
   * An object becomes part of another one's definition: a foreign key's target, a LIKE's source.
   */
  REFERENCE(Group.DDL),
  /** A comment is set. */
  COMMENT(Group.DDL),
  /** Storage or statistics are worked over: VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH. */
  MAINTAIN(Group.DDL),

  /** Privileges or memberships are given or taken. */
  GRANT(Group.ADMIN),
  /** The session acts as somebody else: SET ROLE, SET SESSION AUTHORIZATION. */
  SESSION_IDENTITY(Group.ADMIN),
  /** A role is made, changed or removed. */
  ROLE(Group.ADMIN),
  /** A security label is set. */
  SECURITY_LABEL(Group.ADMIN),
  /** A file of the server's machine is read or written. */
  COPY_FILE(Group.ADMIN),
  /** A program is run on the server's machine. */
  COPY_PROGRAM(Group.ADMIN),
  /** The server itself changes: its settings, databases, libraries, replication, languages. */
  SYSTEM(Group.ADMIN);

  /** The groups by which a rule may name many effects at once. */
  public enum Group {
    READ,
    WRITE,
    DDL,
    ADMIN;

    /** As rules write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Group group;

  Effect(Group group) {
    this.group = group;
  }

  /** The one group that it belongs to. */
  public Group group() {
    return group;
  }

  /** As rules write it: {@code copy-in}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
