package dev.stepgate.operation;

/**
 * How an operation ended.
 *
 * @param status the sort of end
 * @param code the protocol's own error code ({@code 42P01}), or the empty string
 */
public record Outcome(Status status, String code) {

  /** It was done. */
  public static final Outcome DONE = new Outcome(Status.DONE, "");

  /** The client, the server or the gateway went away before an answer. */
  public static final Outcome INTERRUPTED = new Outcome(Status.INTERRUPTED, "");

  /** The server never ran it because an earlier operation of the same pipeline failed. */
  public static final Outcome SKIPPED = new Outcome(Status.SKIPPED, "");

  /** The server answered with an error. */
  public static Outcome failed(String code) {
    return new Outcome(Status.FAILED, code);
  }

  /** The gateway refused it. */
  public static Outcome refused(String code) {
    return new Outcome(Status.REFUSED, code);
  }

  /** The sorts of end. {@code code} stands in journals and must never change its meaning. */
  public enum Status {
    /** Done. */
    DONE(1, "done"),
    /** The server answered with an error. */
    FAILED(2, "failed"),
    /** The gateway refused it; nothing of it was forwarded. */
    REFUSED(3, "refused"),
    /** Skipped by the server after an earlier error. */
    SKIPPED(4, "skipped"),
    /** No answer came: whether it was done is unknown. */
    INTERRUPTED(5, "interrupted");

    private final int code;
    private final String word;

    Status(int code, String word) {
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

    /** The status with that code, or null. */
    public static Status of(int code) {
      return code > 0 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
    }

    private static final Status[] BY_CODE = values();
  }
}
