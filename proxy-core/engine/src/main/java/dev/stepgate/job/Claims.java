package dev.stepgate.job;

import dev.stepgate.session.Bearer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a job's environment says about the job, reduced to the variables that CI systems document as
 * describing it. The list is closed: a variable that is not on it is never recorded, because jobs
 * keep secrets in variables of their own naming.
 */
public final class Claims {

  /** Most variables that one job's claims hold. */
  public static final int MAX_VARIABLES = 48;

  /** Most bytes of UTF-8 that one value keeps; what is longer is cut and ends in an ellipsis. */
  public static final int MAX_VALUE_BYTES = 512;

  /** Most bytes that all of them take as ASCII JSON; variables that do not fit are left out. */
  public static final int MAX_BYTES = 8 << 10;

  /**
   * GitHub Actions' default variables, GitLab CI's predefined ones, Jenkins' own. None of them
   * holds a token or password: {@code GITHUB_TOKEN}, {@code CI_JOB_TOKEN} and their like are left
   * out on purpose, and so are URLs that can carry one ({@code CI_REPOSITORY_URL}, {@code
   * GIT_URL}).
   */
  static final List<String> KNOWN =
      List.of(
          "CI",
          "GITHUB_ACTION",
          "GITHUB_ACTOR",
          "GITHUB_ACTOR_ID",
          "GITHUB_EVENT_NAME",
          "GITHUB_JOB",
          "GITHUB_REF",
          "GITHUB_REF_PROTECTED",
          "GITHUB_REPOSITORY",
          "GITHUB_REPOSITORY_ID",
          "GITHUB_RUN_ATTEMPT",
          "GITHUB_RUN_ID",
          "GITHUB_RUN_NUMBER",
          "GITHUB_SERVER_URL",
          "GITHUB_SHA",
          "GITHUB_TRIGGERING_ACTOR",
          "GITHUB_WORKFLOW",
          "GITHUB_WORKFLOW_REF",
          "CI_COMMIT_BRANCH",
          "CI_COMMIT_REF_NAME",
          "CI_COMMIT_REF_PROTECTED",
          "CI_COMMIT_SHA",
          "CI_COMMIT_TAG",
          "CI_ENVIRONMENT_NAME",
          "CI_JOB_ID",
          "CI_JOB_NAME",
          "CI_JOB_STAGE",
          "CI_JOB_URL",
          "CI_MERGE_REQUEST_IID",
          "CI_PIPELINE_ID",
          "CI_PIPELINE_SOURCE",
          "CI_PROJECT_ID",
          "CI_PROJECT_PATH",
          "CI_RUNNER_ID",
          "CI_SERVER_URL",
          "GITLAB_USER_ID",
          "GITLAB_USER_LOGIN",
          "BRANCH_NAME",
          "BUILD_ID",
          "BUILD_NUMBER",
          "BUILD_TAG",
          "BUILD_URL",
          "CHANGE_ID",
          "GIT_BRANCH",
          "GIT_COMMIT",
          "JOB_NAME",
          "NODE_NAME",
          "STAGE_NAME");

  private static final String ELLIPSIS = "…";

  private Claims() {}

  /** The claims that {@code environment} makes, by name. */
  public static SortedMap<String, String> from(Map<String, String> environment) {
    SortedMap<String, String> claims = new TreeMap<>();
    for (String name : KNOWN) {
      String value = environment.get(name);
      if (value != null && !value.isEmpty() && claims.size() < MAX_VARIABLES) {
        claims.put(name, bounded(value));
        if (Bearer.bytes(claims) > MAX_BYTES) {
          claims.remove(name);
        }
      }
    }
    return Collections.unmodifiableSortedMap(claims);
  }

  private static String bounded(String value) {
    if (value.length() <= MAX_VALUE_BYTES
        && value.getBytes(StandardCharsets.UTF_8).length <= MAX_VALUE_BYTES) {
      return value;
    }
    int room = MAX_VALUE_BYTES - ELLIPSIS.getBytes(StandardCharsets.UTF_8).length;
    StringBuilder kept = new StringBuilder();
    for (int i = 0, used = 0; i < value.length(); ) {
      int point = value.codePointAt(i);
      used += new String(Character.toChars(point)).getBytes(StandardCharsets.UTF_8).length;
      if (used > room) {
        break;
      }
      kept.appendCodePoint(point);
      i += Character.charCount(point);
    }
    return kept.append(ELLIPSIS).toString();
  }
}
