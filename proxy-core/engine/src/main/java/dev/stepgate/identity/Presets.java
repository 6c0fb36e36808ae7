package dev.stepgate.identity;

import static dev.stepgate.identity.Algorithm.ES256;
import static dev.stepgate.identity.Algorithm.ES384;
import static dev.stepgate.identity.Algorithm.ES512;
import static dev.stepgate.identity.Algorithm.RS256;
import static dev.stepgate.identity.Algorithm.RS384;
import static dev.stepgate.identity.Algorithm.RS512;

import dev.stepgate.identity.Preset.Source;
import dev.stepgate.session.Identity.Shaper;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The claims of the CI systems that this version knows. {@code docs/guides/identity.md} names the
 * source of each, and says why a claim counts as shaped by the job's author.
 */
final class Presets {

  /** GitHub Actions: "OpenID Connect reference" in GitHub's documentation. */
  static final Preset GITHUB =
      new Preset(
          "github",
          new Mapping()
              .issuers("repository", "repository_id", "repository_owner", "repository_owner_id")
              .issuers("repository_visibility", "enterprise", "enterprise_id", "ref_protected")
              .issuers("actor", "actor_id", "run_number")
              .issuer("run", "run_id")
              .issuer("attempt", "run_attempt")
              .issuer("job", "check_run_id")
              .authors("ref", "ref_type", "sha", "environment", "event_name", "head_ref")
              .authors("base_ref", "workflow_sha", "job_workflow_ref", "job_workflow_sha")
              .authors("runner_environment")
              .author("workflow", "workflow_ref")
              .author("workflow_name", "workflow")
              .author("subject", "sub")
              .done(),
          Set.of(
              "repository",
              "repository_id",
              "repository_owner",
              "repository_owner_id",
              "enterprise",
              "enterprise_id"),
          List.of("sub", "jti", "repository", "repository_id", "run_id", "run_attempt"),
          List.of("repository_id", "run", "attempt", "job"),
          Set.of(RS256),
          Duration.ofHours(1));

  /** GitLab CI/CD: "OpenID Connect (OIDC) authentication using ID tokens" in its documentation. */
  static final Preset GITLAB =
      new Preset(
          "gitlab",
          new Mapping()
              .issuers("project_id", "namespace_id", "namespace_path", "project_visibility")
              .issuers("job_project_id", "job_project_path", "job_namespace_id")
              .issuers("job_namespace_path", "user_id", "user_access_level", "runner_id")
              .issuers("ref_protected", "environment_protected")
              .issuer("repository", "project_path")
              .issuer("run", "pipeline_id")
              .issuer("job", "job_id")
              .issuer("actor", "user_login")
              .authors("ref_type", "sha", "environment", "deployment_tier", "deployment_action")
              .authors("pipeline_source", "runner_environment", "ci_config_sha")
              .author("ref", "ref_path")
              .author("workflow", "ci_config_ref_uri")
              .author("subject", "sub")
              .done(),
          Set.of(
              "repository",
              "project_id",
              "namespace_id",
              "namespace_path",
              "job_project_id",
              "job_project_path",
              "job_namespace_id",
              "job_namespace_path"),
          List.of("sub", "jti", "project_id", "project_path", "pipeline_id", "job_id"),
          List.of("project_id", "run", "job"),
          Set.of(RS256),
          Duration.ofHours(24));

  /** Jenkins: the plugin's default claim templates, {@code sub} and {@code build_number}. */
  static final Preset JENKINS =
      new Preset(
          "jenkins",
          new Mapping()
              .issuer("subject", "sub")
              .issuer("workflow", "sub")
              .issuer("run", "build_number")
              .done(),
          Set.of("subject", "workflow"),
          List.of("sub", "build_number"),
          List.of("subject", "run"),
          Set.of(RS256, RS384, RS512, ES256, ES384, ES512),
          Duration.ofHours(1));

  private Presets() {}

  static Preset generic(Map<String, Source> mapping, List<String> required, List<String> job) {
    SortedMap<String, Source> claims = new TreeMap<>(mapping);
    claims.putIfAbsent("subject", new Source("sub", Shaper.AUTHOR));
    if (claims.containsKey("issuer")) {
      throw new IllegalArgumentException("the claim \"issuer\" is the issuer's configured name");
    }
    if (job.isEmpty() || !claims.keySet().containsAll(job)) {
      throw new IllegalArgumentException(
          "what tells one job from another must be named, and each of it be mapped: " + job);
    }
    Set<String> anchors = new HashSet<>();
    claims.forEach(
        (name, source) -> {
          if (source.shapedBy() == Shaper.ISSUER) {
            anchors.add(name);
          }
        });
    return new Preset(
        "generic",
        claims,
        anchors,
        required,
        job,
        EnumSet.allOf(Algorithm.class),
        Duration.ofHours(1));
  }

  /** Collects what maps to what. */
  private static final class Mapping {

    private final SortedMap<String, Source> claims = new TreeMap<>();

    Mapping issuer(String name, String claim) {
      claims.put(name, new Source(claim, Shaper.ISSUER));
      return this;
    }

    Mapping author(String name, String claim) {
      claims.put(name, new Source(claim, Shaper.AUTHOR));
      return this;
    }

    Mapping issuers(String... names) {
      for (String name : names) {
        issuer(name, name);
      }
      return this;
    }

    Mapping authors(String... names) {
      for (String name : names) {
        author(name, name);
      }
      return this;
    }

    SortedMap<String, Source> done() {
      return claims;
    }
  }
}
