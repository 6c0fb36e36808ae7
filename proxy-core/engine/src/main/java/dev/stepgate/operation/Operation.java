package dev.stepgate.operation;

/**
 * What a client wants to do. The request itself (statement, parameters) travels beside it as bytes.
 *
 * @param kind what sort of request it is
 * @param subject the number of the operation of the same connection that this one goes on with (the
 *     Parse of an Execute, the Query of a COPY's data), or 0
 * @param facts what its text says that it does, or null where nobody has looked: on a connection
 *     without rules
 * @param reach what the target makes of that, or null where nobody has looked
 * @param text the statement's text, or null where no rule asks for it
 */
public record Operation(Kind kind, long subject, Facts facts, Reach reach, String text) {

  /** No earlier operation. */
  public static final long NO_SUBJECT = 0;

  /** An operation of which no more is known than its kind. */
  public Operation(Kind kind, long subject) {
    this(kind, subject, null, null, null);
  }

  /** The same, looked at. */
  public Operation with(Facts facts, Reach reach, String text) {
    return new Operation(kind, subject, facts, reach, text);
  }

  /** The sorts of request. {@code code} stands in journals and must never change its meaning. */
  public enum Kind {
    /** A statement, or several, as text: PostgreSQL's Query. */
    QUERY(1, "query"),
    /** A statement prepared: PostgreSQL's Parse. */
    PARSE(2, "parse"),
    /**
     * Parameters bound to a prepared statement without executing it yet: PostgreSQL's Bind alone.
     */
    BIND(3, "bind"),
    /**
     * A prepared statement run with parameters: Bind with Execute, or Execute of an open portal.
     */
    EXECUTE(4, "execute"),
    /** A function called by number: PostgreSQL's FunctionCall. */
    FUNCTION_CALL(5, "function-call"),
    /** Bulk data from the client: COPY FROM STDIN. */
    COPY_IN(6, "copy-in"),
    /** Bulk data to the client: COPY TO STDOUT. */
    COPY_OUT(7, "copy-out"),
    /** A running operation to be cancelled. */
    CANCEL(8, "cancel");

    private final int code;
    private final String word;

    Kind(int code, String word) {
      this.code = code;
      this.word = word;
    }

    /** The number that journals carry. */
    public int code() {
      return code;
    }

    /** The word that recordings carry. */
    public String word() {
      return word;
    }

    /** The kind with that code, or null. */
    public static Kind of(int code) {
      return code > 0 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }

    private static final Kind[] BY_CODE = values();
  }
}
