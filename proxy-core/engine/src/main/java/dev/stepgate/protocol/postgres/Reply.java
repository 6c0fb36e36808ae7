package dev.stepgate.protocol.postgres;

/** What a server owes for one message that it was sent. */
enum Reply {
  /** ParseComplete. */
  PARSE,
  /** BindComplete. */
  BIND,
  /** ParameterDescription, then RowDescription or NoData. */
  DESCRIBE_STATEMENT,
  /** RowDescription or NoData. */
  DESCRIBE_PORTAL,
  /** Rows or COPY, then CommandComplete, EmptyQueryResponse or PortalSuspended. */
  EXECUTE,
  /** CloseComplete. */
  CLOSE,
  /** ReadyForQuery. */
  SYNC,
  /** The results of all its statements, then ReadyForQuery. */
  QUERY,
  /** FunctionCallResponse, then ReadyForQuery. */
  FUNCTION_CALL;

  /** Whether an error in it makes the server skip everything up to the next Sync. */
  boolean extended() {
    return this != SYNC && this != QUERY && this != FUNCTION_CALL;
  }

  /** Whether the server may ask for COPY data while it owes this. */
  boolean mayCopy() {
    return this == EXECUTE || this == QUERY;
  }
}
