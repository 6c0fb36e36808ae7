package dev.stepgate.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Preset.Source;
import dev.stepgate.session.Identity.Shaper;
import java.util.List;
import java.util.Map;

/** The issuers whose tokens the suites run with; claims shaped as the providers document them. */
record Provider(String name, Issuer issuer, String claims) {
  /** "Understanding the OIDC token" in GitHub's documentation, for github.com. */
  static final Provider GITHUB =
      new Provider(
          "GITHUB",
          Issuer.of("github", "https://token.actions.githubusercontent.com", Preset.github()),
          """
      {"jti": "9ac1-example", "sub": "repo:octo-org/octo-repo:environment:prod",
       "environment": "prod", "aud": "stepgate", "ref": "refs/heads/main",
       "sha": "4f1c5aa9d0e4b41e1a2a3d54b9e9a6f1bd7c0f4e", "repository": "octo-org/octo-repo",
       "repository_owner": "octo-org", "actor_id": "12", "repository_visibility": "private",
       "repository_id": "74", "repository_owner_id": "65", "run_id": "6117", "run_number": "10",
       "run_attempt": "2", "runner_environment": "github-hosted", "actor": "octocat",
       "workflow": "example-workflow", "head_ref": "", "base_ref": "",
       "event_name": "workflow_dispatch", "enterprise": "avocado-corp", "enterprise_id": "2",
       "ref_type": "branch", "ref_protected": "true", "check_run_id": "50112",
       "workflow_ref": "octo-org/octo-repo/.github/workflows/example.yml@refs/heads/main",
       "workflow_sha": "4f1c5aa9d0e4b41e1a2a3d54b9e9a6f1bd7c0f4e",
       "job_workflow_ref": "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main",
       "iss": "https://token.actions.githubusercontent.com",
       "nbf": 1632492967, "exp": 1632493867, "iat": 1632493567}
      """);

  /** The same of an Enterprise Server, which knows fewer claims. */
  static final Provider GITHUB_ENTERPRISE_SERVER =
      new Provider(
          "GITHUB_ENTERPRISE_SERVER",
          Issuer.of("ghes", "https://ghe.example/_services/token", Preset.github()),
          """
      {"jti": "0b1d-example", "sub": "repo:octo-org/octo-repo:ref:refs/heads/main",
       "aud": "stepgate", "ref": "refs/heads/main", "sha": "4f1c5aa9d0e4b41e1a2a3d54b9e9a6f1bd7c0f4e",
       "repository": "octo-org/octo-repo", "repository_owner": "octo-org", "actor_id": "12",
       "repository_visibility": "internal", "repository_id": "74", "repository_owner_id": "65",
       "run_id": "6117", "run_number": "10", "run_attempt": "1", "actor": "octocat",
       "workflow": "example-workflow", "head_ref": "", "base_ref": "", "event_name": "push",
       "ref_type": "branch", "iss": "https://ghe.example/_services/token",
       "nbf": 1632492967, "exp": 1632493867, "iat": 1632493567}
      """);

  /** "Token payload" in GitLab's documentation of ID tokens, for gitlab.com. */
  static final Provider GITLAB =
      new Provider(
          "GITLAB",
          Issuer.of("gitlab", "https://gitlab.com", Preset.gitlab()),
          """
      {"namespace_id": "72", "namespace_path": "my-group", "project_id": "20",
       "project_path": "my-group/my-project", "user_id": "1", "user_login": "sample-user",
       "user_email": "sample-user@example.com",
       "user_identities": [{"provider": "github", "extern_uid": "2435223452345"}],
       "pipeline_id": "574", "pipeline_source": "push", "job_id": "302", "ref": "feature-branch-1",
       "ref_type": "branch", "ref_path": "refs/heads/feature-branch-1", "ref_protected": "false",
       "groups_direct": ["mygroup/mysubgroup", "myothergroup"],
       "environment": "test-environment2", "environment_protected": "false",
       "deployment_tier": "testing", "runner_id": 1, "runner_environment": "self-hosted",
       "sha": "714a629c0b401fdce83e847fc9589983fc6f46bc", "project_visibility": "public",
       "ci_config_ref_uri":
         "gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/feature-branch-1",
       "ci_config_sha": "714a629c0b401fdce83e847fc9589983fc6f46bc",
       "jti": "235b3a54-b797-45c7-ae9a-f72d7bc6ef5b", "iss": "https://gitlab.com",
       "iat": 1632493567, "nbf": 1632493562, "exp": 1632497167,
       "sub": "project_path:my-group/my-project:ref_type:branch:ref:feature-branch-1",
       "aud": "stepgate"}
      """);

  /** The same of a server of one's own, on a port and with a list as audience. */
  static final Provider GITLAB_SELF_MANAGED =
      new Provider(
          "GITLAB_SELF_MANAGED",
          Issuer.of("gitlab-here", "https://gitlab.example.com:8443", Preset.gitlab()),
          """
      {"namespace_id": "72", "namespace_path": "my-group", "project_id": "20",
       "project_path": "my-group/my-project", "user_id": "1", "user_login": "sample-user",
       "pipeline_id": "574", "pipeline_source": "push", "job_id": "302", "ref": "v1",
       "ref_type": "tag", "ref_path": "refs/tags/v1", "ref_protected": "true", "runner_id": 1,
       "runner_environment": "self-hosted", "sha": "714a629c0b401fdce83e847fc9589983fc6f46bc",
       "jti": "12aa3a54-b797-45c7-ae9a-f72d7bc6ef5b", "iss": "https://gitlab.example.com:8443",
       "iat": 1632493567, "nbf": 1632493562, "exp": 1632497167,
       "sub": "project_path:my-group/my-project:ref_type:tag:ref:v1", "aud": ["stepgate"]}
      """);

  /** The default claim templates of the plugin: no jti, no nbf, the audience in a list. */
  static final Provider JENKINS =
      new Provider(
          "JENKINS",
          Issuer.of("jenkins", "https://jenkins.example/oidc", Preset.jenkins()),
          """
      {"iss": "https://jenkins.example/oidc", "aud": ["stepgate"], "iat": 1632493567,
       "exp": 1632497167, "sub": "https://jenkins.example/job/acme/job/orders/job/main/",
       "build_number": 117}
      """);

  /** An issuer that nobody has heard of. */
  static final Provider GENERIC =
      new Provider(
          "GENERIC",
          Issuer.of(
              "ci",
              "https://ci.example/realms/build",
              Preset.generic(
                  Map.of(
                      "repository", new Source("repo", Shaper.ISSUER),
                      "run", new Source("build", Shaper.ISSUER),
                      "ref", new Source("branch", Shaper.AUTHOR)),
                  List.of("repo", "build"),
                  List.of("repository", "run"))),
          """
      {"iss": "https://ci.example/realms/build", "aud": "stepgate", "iat": 1632493567,
       "exp": 1632493867, "sub": "orders", "repo": "acme/orders", "build": 9, "branch": "main",
       "jti": "t-1"}
      """);

  /** All of them. */
  static List<Provider> values() {
    return List.of(GITHUB, GITHUB_ENTERPRISE_SERVER, GITLAB, GITLAB_SELF_MANAGED, JENKINS, GENERIC);
  }

  /** A token of this provider's, ready to be changed and signed. */
  Forge forge() {
    try {
      return new Forge((ObjectNode) Forge.JSON.readTree(claims));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
