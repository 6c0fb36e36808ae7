package dev.stepgate.identity;

import java.util.Set;

/**
 * Where people sign in.
 *
 * @param issuer the OpenID provider; its only audience is the client id that people sign in with,
 *     which no job's token may be meant for
 * @param nameClaim the claim that holds a person's name, {@code sub} if there is no better
 * @param groupsClaim the claim that lists the groups; without it in a token, there are none
 * @param jobClaims claims that tokens of jobs hold: a token with one of them is no person's
 */
public record SignIn(Issuer issuer, String nameClaim, String groupsClaim, Set<String> jobClaims) {

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
    if (issuer.audiences().size() != 1) {
      throw new IllegalArgumentException("people sign in with one client id");
    }
  }

  /** The client id that a person's token is meant for. */
  public String clientId() {
    return issuer.audiences().get(0);
  }
}
