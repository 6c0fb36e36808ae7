package dev.stepgate.protocol.postgres;

/** What the server sent cannot be passed on, and the connection cannot go on without it. */
final class DesyncException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String sqlState;

  /** With the sentence that the client is told. */
  DesyncException(String sqlState, String message) {
    super(message, null, false, false);
    this.sqlState = sqlState;
  }

  /** Nothing asked for it: nobody can tell any more what answers what. */
  DesyncException(byte type, Reply head) {
    this(
        SqlState.PROTOCOL,
        "the server sent a message '"
            + (char) (type & 0x7f)
            + "' where "
            + (head == null ? "nothing" : head)
            + " was to be answered");
  }

  String sqlState() {
    return sqlState;
  }
}
