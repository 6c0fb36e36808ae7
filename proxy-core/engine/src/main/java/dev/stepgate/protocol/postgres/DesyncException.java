package dev.stepgate.protocol.postgres;

/** The server sent what nothing asked for; nobody can tell any more what answers what. */
final class DesyncException extends RuntimeException {

  private static final long serialVersionUID = 1;

  DesyncException(byte type, Reply head) {
    super(
        "the server sent a message '"
            + (char) (type & 0x7f)
            + "' where "
            + (head == null ? "nothing" : head)
            + " was to be answered",
        null,
        false,
        false);
  }
}
