package dev.stepgate.identity;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where people sign in.
 *
 * @param issuer the OpenID provider; its only audience is the client id that people sign in with,
 *     which no job's token may be meant for
 * @param nameClaim the claim that holds a person's name, {@code sub} if there is no better
 * @param groupsClaim the claim that lists the groups; without it in a token, there are none
 * @param jobClaims claims that tokens of jobs hold: a token with one of them is no person's
 * @param scopes what a command line asks the provider for, {@link #OPENID} among it
 * @param way how a command line signs in; empty for what the provider offers, devices first
 */
public record SignIn(
    Issuer issuer,
    String nameClaim,
    String groupsClaim,
    Set<String> jobClaims,
    List<String> scopes,
    Optional<Way> way) {

  /** The scope that asks for an ID token (OpenID Connect Core 1.0 section 3.1.2.1). */
  public static final String OPENID = "openid";

  /** RFC 6749 section 3.3: printable ASCII without space, quote and backslash. */
  private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,128}");

  /** How a command line gets a person's token. */
  public enum Way {
    /** A code that is typed in on any device (RFC 8628). */
    DEVICE,
    /** A browser on this machine, which is sent back to a loopback port (RFC 8252). */
    BROWSER;

    /** As configurations write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether {@code text} can be one of {@link #scopes}. */
  public static boolean isScope(String text) {
    return SCOPE.matcher(text).matches();
  }

  /**
   * Claims that the documented tokens of CI systems always hold and no person's does. The issuer of
   * people and of jobs may be one and the same (GitLab is), and the audience of a job's token may
   * be the job's own choice.
   */
  static final Set<String> JOB_CLAIMS =
      Set.of(
          "repository",
          "repository_id",
          "run_id",
          "run_attempt",
          "check_run_id",
          "workflow_ref",
          "job_workflow_ref",
          "runner_id",
          "runner_environment",
          "project_id",
          "project_path",
          "pipeline_id",
          "job_id",
          "ci_config_ref_uri",
          "build_number");

  /** Copies the claims; refuses what cannot be a sign-in, with a sentence. */
  public SignIn {
    jobClaims = Set.copyOf(jobClaims);
    scopes = List.copyOf(scopes);
    if (issuer.audiences().size() != 1) {
      throw new IllegalArgumentException("people sign in with one client id");
    }
  }

  /** The client id that a person's token is meant for. */
  public String clientId() {
    return issuer.audiences().get(0);
  }
}
