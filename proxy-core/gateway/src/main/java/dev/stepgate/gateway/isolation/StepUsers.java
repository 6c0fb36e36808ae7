package dev.stepgate.gateway.isolation;

import java.util.Map;
import java.util.Optional;

/** Decides which user a step runs as when root starts it. */
public final class StepUsers {

  /** The account that is taken where nobody is named: made for steps, used by nothing else. */
  public static final String ACCOUNT = "stepgate-step";

  private StepUsers() {}

  /**
   * The user that was asked for; else the one who called sudo; else {@value #ACCOUNT}. Never a
   * shared account such as {@code nobody}: processes of one user can read each other.
   *
   * @param asked the name given on the command line, or null
   * @throws IsolationException if there is none, or it is not fit
   */
  public static OsUser choose(String asked, Map<String, String> environment)
      throws IsolationException {
    if (asked != null) {
      return OsUser.named(asked)
          .orElseThrow(() -> new IsolationException("there is no user " + asked));
    }
    return sudoUser(environment)
        .or(() -> OsUser.named(ACCOUNT))
        .orElseThrow(
            () ->
                new IsolationException(
                    "the step needs a user of its own: give --user NAME, call it by sudo from one,"
                        + " or make an account "
                        + ACCOUNT));
  }

  private static Optional<OsUser> sudoUser(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("SUDO_USER"))
        .flatMap(OsUser::named)
        .filter(user -> user.uid() != OsUser.ROOT)
        .filter(user -> Integer.toString(user.uid()).equals(environment.get("SUDO_UID")));
  }
}
