package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Operation;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Which earlier operation a Bind or Execute goes on with, by the names of statements and portals as
 * they were last used on the wire. What SQL itself makes of names inside a function is not seen; a
 * name of which too little is known has no subject.
 */
final class Subjects {

  /** How many Parses on their way are searched for a name. */
  private static final int MAX_SEARCHED = 256;

  private static final int TAG_BYTES = 3;

  private static final Operation UNKNOWN =
      new Operation(Operation.Kind.EXECUTE, Operation.NO_SUBJECT);
  private static final Operation BIND_UNKNOWN =
      new Operation(Operation.Kind.BIND, Operation.NO_SUBJECT);

  private final Names<Operation> statements = new Names<>();
  private final Names<Operation> portals = new Names<>();
  private Operation unnamedStatement = UNKNOWN;
  private long unnamedPortal;
  private Deque<Prepared> preparing;

  /** A Parse for the name in {@code [from, end)} is forwarded as operation {@code number}. */
  Prepared parse(ByteBuf in, int from, int end, long number) {
    Prepared prepared =
        new Prepared(Names.copy(in, from, end), new Operation(Operation.Kind.EXECUTE, number));
    if (preparing == null) {
      preparing = new ArrayDeque<>(2);
    }
    preparing.addLast(prepared);
    return prepared;
  }

  /**
   * A Close of the statement named in {@code [from, end)} is forwarded. It has its place among the
   * Parses on their way, and is told to have succeeded or failed as they are.
   */
  Prepared closing(ByteBuf in, int from, int end) {
    Prepared closed = new Prepared(Names.copy(in, from, end), UNKNOWN);
    if (preparing == null) {
      preparing = new ArrayDeque<>(2);
    }
    preparing.addLast(closed);
    return closed;
  }

  /** A Close of the portal named in {@code [from, end)} is forwarded. */
  void closingPortal(ByteBuf in, int from, int end) {
    if (from == end) {
      unnamedPortal = 0;
    } else {
      portals.remove(Names.copy(in, from, end));
    }
  }

  /** The oldest Parse or Close on its way has succeeded. */
  void parsed(Prepared prepared) {
    preparing.pollFirst();
    if (prepared.name().length == 0) {
      unnamedStatement = prepared.execute();
    } else if (prepared.execute().subject() == Operation.NO_SUBJECT) {
      statements.remove(prepared.name());
    } else {
      statements.put(prepared.name(), prepared.execute());
    }
  }

  /** The oldest Parse or Close on its way has failed or was skipped. */
  void failed(Prepared prepared) {
    preparing.pollFirst();
    if (prepared.name().length == 0) {
      unnamedStatement = UNKNOWN;
    }
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
        : new Operation(Operation.Kind.BIND, execution.subject());
  }

  /** The portal named in {@code [from, end)} was bound by operation {@code number}. */
  void bound(ByteBuf in, int from, int end, long number) {
    if (from == end) {
      unnamedPortal = number;
    } else {
      portals.put(Names.copy(in, from, end), new Operation(Operation.Kind.EXECUTE, number));
    }
  }

  /** A further execution of the portal named in {@code [from, end)}. */
  Operation continuation(ByteBuf in, int from, int end) {
    if (from == end) {
      return unnamedPortal == 0 ? UNKNOWN : new Operation(Operation.Kind.EXECUTE, unnamedPortal);
    }
    Operation known = portals.get(in, from, end);
    return known == null ? UNKNOWN : known;
  }

  /**
   * A statement's command tag lies in {@code [from, end)}: SQL that takes names away (DEALLOCATE,
   * DISCARD) leaves none sure; DECLARE may give one to another portal.
   */
  void completed(ByteBuf in, int from, int end) {
    if (end - from <= TAG_BYTES || in.getByte(from) != 'D') {
      return;
    }
    // Not DELETE, DROP, DO.
    int third = in.getByte(from + 2);
    if (third == 'A' || third == 'S') {
      statements.clear();
      unnamedStatement = UNKNOWN;
    }
    if (third == 'A' || third == 'S' || third == 'C') {
      portals.clear();
      unnamedPortal = 0;
    }
  }
}
