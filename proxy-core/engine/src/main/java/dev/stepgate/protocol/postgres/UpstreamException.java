package dev.stepgate.protocol.postgres;

/**
 * No session at the server can be had. The message is a sentence for the client that names the
 * connection and holds no secret.
 */
final class UpstreamException extends Exception {

  private static final long serialVersionUID = 1;

  private final String sqlState;

  UpstreamException(String sqlState, String message) {
    super(message, null, false, false);
    this.sqlState = sqlState;
  }

  /** What the client is told by code. */
  String sqlState() {
    return sqlState;
  }
}
