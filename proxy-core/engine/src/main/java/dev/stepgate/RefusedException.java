package dev.stepgate;

import dev.stepgate.session.SessionId;
import java.util.Optional;

/**
 * A session is not opened. The message is for the job and says nothing that the job may not know;
 * the gateway's events say the rest under the reference in it.
 */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String code;
  private final transient SessionId attempt;

  RefusedException(String code, String message) {
    this(code, message, null, null);
  }

  RefusedException(String code, String message, Throwable cause) {
    this(code, message, null, cause);
  }

  private RefusedException(String code, String message, SessionId attempt, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.attempt = attempt;
  }

  /** The same refusal, as one of {@code session}, which was not opened. */
  RefusedException of(SessionId session) {
    return new RefusedException(
        code, getMessage() + " [" + session.reference() + "]", session, getCause());
  }

  /**
   * Why, as a word for scripts: {@code not-open}, {@code no-evidence}, {@code malformed}, {@code
   * too-many}, {@code closing}, {@code failed}, or {@code token-} and a word of the verifier's.
   */
  public String code() {
    return code;
  }

  /** The name of the session that was not opened, by which the gateway's events know it. */
  public Optional<SessionId> attempt() {
    return Optional.ofNullable(attempt);
  }
}
