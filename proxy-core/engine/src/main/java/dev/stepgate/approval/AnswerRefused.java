package dev.stepgate.approval;

/** An answer, or a look at a request, that is not accepted. Changes nothing. */
public final class AnswerRefused extends Exception {

  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Code {
    /** There is no such request, or this person is not one to answer it: these look alike. */
    UNKNOWN,
    /** Who asks does not answer. */
    REQUESTER,
    /** The same person has answered already. */
    TWICE,
    /** The time is over. */
    EXPIRED,
    /** Nobody can answer it any more. */
    ENDED,
    /** Somebody else's answer came first; whoever wants to may look and try again. */
    CHANGED,
    /** What was decided cannot be written. */
    FAILED;

    /** The word of events. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Code code;

  AnswerRefused(Code code, String sentence) {
    super(sentence);
    this.code = code;
  }

  AnswerRefused(Code code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  static AnswerRefused unknown(String id) {
    return new AnswerRefused(
        Code.UNKNOWN, "there is no request " + id + " that this person could answer");
  }

  /** Why, in a word. */
  public Code code() {
    return code;
  }
}
