package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Facts;

/**
 * What a statement does, once it is done, to the names that prepared statements and portals are
 * known by.
 */
final class NameChange {

  /** The sorts of change. */
  enum Kind {
    /** PREPARE. */
    PREPARED,
    /** DEALLOCATE of one. */
    DEALLOCATED,
    /** DECLARE. */
    DECLARED,
    /** CLOSE of one. */
    CLOSED,
    /** Prepared statements are gone, or others are there: which is not known. */
    STATEMENTS_LOST,
    /** The same of portals. */
    PORTALS_LOST,
    /** The same of both. */
    LOST
  }

  private final Kind kind;
  private final byte[] name;
  private final Facts facts;

  /**
   * A change.
   *
   * @param kind what becomes of the name
   * @param name the bytes that the server tells names apart by; empty where it is about all
   * @param facts what the name stands for from then on, or null
   */
  NameChange(Kind kind, byte[] name, Facts facts) {
    this.kind = kind;
    this.name = name;
    this.facts = facts;
  }

  static NameChange lost(Kind kind) {
    return new NameChange(kind, new byte[0], null);
  }

  Kind kind() {
    return kind;
  }

  byte[] name() {
    return name;
  }

  Facts facts() {
    return facts;
  }

  /** Whether it may have happened although the statement failed. */
  boolean isLoss() {
    return kind == Kind.STATEMENTS_LOST || kind == Kind.PORTALS_LOST || kind == Kind.LOST;
  }
}
