package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Which earlier operation a Bind or Execute goes on with, and what its statement does, by the names
 * of statements and portals: as they were last used on the wire and, where statements are looked
 * at, in SQL. A name of which too little is known has no subject and no facts.
 */
final class Subjects {

  /** How many Parses on their way are searched for a name. */
  private static final int MAX_SEARCHED = 256;

  /** What the facts and texts behind names may take, about, in bytes; more are not known. */
  static final long MAX_BYTES = 8L << 20;

  private static final int THING_BYTES = 100;
  private static final int TAG_BYTES = 3;

  private static final Operation UNKNOWN =
      new Operation(Operation.Kind.EXECUTE, Operation.NO_SUBJECT);
  private static final Operation BIND_UNKNOWN =
      new Operation(Operation.Kind.BIND, Operation.NO_SUBJECT);

  /**
   * A portal.
   *
   * @param execute the operation that a further execution of it is
   * @param surroundings what its names meant when it was made, or null
   */
  record Portal(Operation execute, Surroundings surroundings) {}

  private static final Portal NO_PORTAL = new Portal(UNKNOWN, null);

  private final Names<Operation> statements = new Names<>();
  private final Names<Portal> portals = new Names<>();
  private Operation unnamedStatement = UNKNOWN;
  private Portal unnamedPortal = NO_PORTAL;
  private Deque<Prepared> preparing;
  private int pipeline;
  private int changing;
  private long bytes;
  private long portalBytes;

  /**
   * A Parse for the name in {@code [from, end)} is forwarded as operation {@code number}.
   *
   * @param looked what is known of it
   */
  Prepared parse(ByteBuf in, int from, int end, long number, Operation looked) {
    Operation execute =
        new Operation(Operation.Kind.EXECUTE, number, looked.facts(), null, looked.text());
    return preparing(new Prepared(Names.copy(in, from, end), execute, pipeline));
  }

  /**
   * A Close of the statement named in {@code [from, end)} is forwarded. It has its place among the
   * Parses on their way, and is told to have succeeded or failed as they are.
   */
  Prepared closing(ByteBuf in, int from, int end) {
    return preparing(new Prepared(Names.copy(in, from, end), UNKNOWN, pipeline));
  }

  private Prepared preparing(Prepared prepared) {
    if (preparing == null) {
      preparing = new ArrayDeque<>(2);
    }
    preparing.addLast(prepared);
    return prepared;
  }

  /** A Close of the portal named in {@code [from, end)} is forwarded. */
  void closingPortal(ByteBuf in, int from, int end) {
    if (from == end) {
      unnamedPortal = NO_PORTAL;
    } else {
      portals.remove(Names.copy(in, from, end));
    }
  }

  /** A Sync is forwarded: what comes then does not depend on what failed before. */
  void synced() {
    pipeline++;
  }

  /** The oldest Parse or Close on its way has succeeded. */
  void parsed(Prepared prepared) {
    preparing.pollFirst();
    if (prepared.name().length == 0) {
      unnamedStatement = prepared.execute();
    } else {
      put(prepared.name(), prepared.execute());
    }
  }

  private void put(byte[] name, Operation execute) {
    bytes -= weight(statements.get(name));
    long weight = weight(execute);
    if (execute.subject() == Operation.NO_SUBJECT || bytes + weight > MAX_BYTES) {
      statements.remove(name);
    } else {
      bytes += weight;
      statements.put(name, execute);
    }
  }

  private static long weight(Operation operation) {
    if (operation == null || operation.facts() == null) {
      return 0;
    }
    long things = 1;
    for (Facts.Statement statement : operation.facts().statements()) {
      things +=
          1
              + statement.uses().size()
              + statement.columns().size()
              + statement.references().size()
              + statement.settings().size()
              + statement.gaps().size();
    }
    return THING_BYTES * things + (operation.text() == null ? 0 : 2L * operation.text().length());
  }

  /** The oldest Parse or Close on its way has failed or was skipped. */
  void failed(Prepared prepared) {
    preparing.pollFirst();
    if (prepared.name().length == 0) {
      unnamedStatement = UNKNOWN;
    }
  }

  /** A Bind has failed or was skipped: its portal is not there, or is still another one. */
  void unbound() {
    unnamedPortal = NO_PORTAL;
    clearPortals();
  }

  /** So many more, or fewer, statements that change names are on their way. */
  void changing(int more) {
    changing += more;
  }

  /**
   * Whether what names of statements stand for depends on answers that are still to come: on
   * whether a Parse of before the last Sync succeeds, or on SQL that names statements.
   */
  boolean isMoving() {
    return changing > 0
        || (preparing != null
            && !preparing.isEmpty()
            && (preparing.size() > MAX_SEARCHED || preparing.peekFirst().pipeline() != pipeline));
  }

  /** Whether the same is so of portals, whose Binds are not followed one by one. */
  boolean isMoving(Replies replies) {
    return changing > 0 || replies.hasBoundary();
  }

  /** A statement of operation {@code number} has changed what a name stands for. */
  void apply(NameChange change, long number, String text, Surroundings surroundings) {
    switch (change.kind()) {
      case PREPARED ->
          put(
              change.name(),
              new Operation(Operation.Kind.EXECUTE, number, change.facts(), null, text));
      case DEALLOCATED -> put(change.name(), UNKNOWN);
      case DECLARED -> {
        Operation execute =
            new Operation(Operation.Kind.EXECUTE, number, change.facts(), null, text);
        putPortal(change.name(), new Portal(execute, surroundings));
      }
      case CLOSED -> putPortal(change.name(), NO_PORTAL);
      case STATEMENTS_LOST -> clearStatements();
      case PORTALS_LOST -> unbound();
      case LOST -> forget();
    }
  }

  private void putPortal(byte[] name, Portal portal) {
    if (name.length == 0) {
      unnamedPortal = portal;
      return;
    }
    Portal before = portals.get(name);
    portalBytes -= before == null ? 0 : weight(before.execute());
    long weight = weight(portal.execute());
    if (portal.execute().subject() == Operation.NO_SUBJECT || portalBytes + weight > MAX_BYTES) {
      portals.remove(name);
    } else {
      portalBytes += weight;
      portals.put(name, portal);
    }
  }

  /** Nothing is sure any more. */
  void forget() {
    clearStatements();
    unbound();
  }

  private void clearStatements() {
    statements.clear();
    unnamedStatement = UNKNOWN;
    bytes = 0;
  }

  private void clearPortals() {
    portals.clear();
    portalBytes = 0;
  }

  /** What the statement of that name does, or null. */
  Facts statement(byte[] name) {
    Operation known = name.length == 0 ? unnamedStatement : statements.get(name);
    return known == null ? null : known.facts();
  }

  /** The portal of that name, or null. */
  Portal portal(byte[] name) {
    return name.length == 0 ? unnamedPortal : portals.get(name);
  }

  /** The execution of the statement named in {@code [from, end)}. */
  Operation execution(ByteBuf in, int from, int end) {
    if (preparing != null && !preparing.isEmpty()) {
      int searched = 0;
      for (Iterator<Prepared> i = preparing.descendingIterator(); i.hasNext(); ) {
        Prepared prepared = i.next();
        if (prepared.named(in, from, end)) {
          return prepared.execute();
        }
        if (++searched == MAX_SEARCHED) {
          return UNKNOWN;
        }
      }
    }
    if (from == end) {
      return unnamedStatement;
    }
    Operation known = statements.get(in, from, end);
    return known == null ? UNKNOWN : known;
  }

  /** A Bind alone, of what {@code execution} would execute. */
  static Operation bind(Operation execution) {
    return execution.subject() == Operation.NO_SUBJECT
        ? BIND_UNKNOWN
        : new Operation(
            Operation.Kind.BIND, execution.subject(), execution.facts(), null, execution.text());
  }

  /** The portal named in {@code [from, end)} was bound by operation {@code number}. */
  void bound(
      ByteBuf in, int from, int end, long number, Operation looked, Surroundings surroundings) {
    Operation execute =
        new Operation(Operation.Kind.EXECUTE, number, looked.facts(), null, looked.text());
    putPortal(Names.copy(in, from, end), new Portal(execute, surroundings));
  }

  /** The portal named in {@code [from, end)}, for a further execution of it. */
  Portal continuation(ByteBuf in, int from, int end) {
    if (from == end) {
      return unnamedPortal;
    }
    Portal known = portals.get(in, from, end);
    return known == null ? NO_PORTAL : known;
  }

  /**
   * A statement's command tag lies in {@code [from, end)}, and it was not looked at: SQL that takes
   * names away (DEALLOCATE, DISCARD) leaves none sure; DECLARE may give one to another portal.
   */
  void completed(ByteBuf in, int from, int end) {
    if (end - from <= TAG_BYTES || in.getByte(from) != 'D') {
      return;
    }
    // Not DELETE, DROP, DO.
    int third = in.getByte(from + 2);
    if (third == 'A' || third == 'S') {
      clearStatements();
    }
    if (third == 'A' || third == 'S' || third == 'C') {
      unbound();
    }
  }
}
