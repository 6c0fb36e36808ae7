package dev.stepgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.identity.Issuer;
import dev.stepgate.policy.IdentityPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessConfigTest {

  @TempDir private Path directory;

  @Test
  void issuers_get_their_presets_urls_and_defaults() throws Exception {
    AccessConfig access =
        load(
                """
                identity:
                  issuers:
                    github: { preset: github }
                    ours: { preset: gitlab, url: 'https://gitlab.example', audience: [ a, b ], skew: 5s,
                            lifetime: 10m, keys_good_for: 5m }
                """,
                "[ { issuer: github, repository: acme/orders, repository_id: 8731 } ]")
            .access();

    Issuer github = access.issuers().get("github");
    assertThat(github.url()).isEqualTo("https://token.actions.githubusercontent.com");
    assertThat(github.audiences()).containsExactly("stepgate");
    assertThat(github.maxLifetime()).isEqualTo(github.preset().maxLifetime());
    Issuer ours = access.issuers().get("ours");
    assertThat(ours.audiences()).containsExactly("a", "b");
    assertThat(ours.skew()).isEqualTo(Duration.ofSeconds(5));
    assertThat(ours.maxLifetime()).isEqualTo(Duration.ofMinutes(10));
    assertThat(ours.keysGoodFor()).isEqualTo(Duration.ofMinutes(5));
    assertThat(access.openTo().get("orders-db").entries())
        .containsExactly(
            new IdentityPattern(
                Map.of(
                    "issuer", List.of("github"),
                    "repository", List.of("acme/orders"),
                    "repository_id", List.of("8731"))));
  }

  @Test
  void a_generic_issuer_maps_what_the_file_says() throws Exception {
    AccessConfig access =
        load(
                """
                identity:
                  issuers:
                    ci:
                      preset: generic
                      url: http://127.0.0.1:8080/realm
                      claims: { repository: { claim: repo, shaped_by: issuer }, run: build, ref: branch }
                      required: [ repo ]
                      job: [ repository, run ]
                """,
                "[ { issuer: ci, repository: acme/orders } ]")
            .access();

    Issuer ci = access.issuers().get("ci");
    assertThat(ci.preset().claims().get("repository").claim()).isEqualTo("repo");
    assertThat(ci.preset().anchors()).containsExactly("repository");
    assertThat(ci.preset().job()).containsExactly("repository", "run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ local: { preset: github } } | issuers.local: is the name of this machine's own users",
        "{ G: { preset: github } } | issuers.G: is no name for an issuer",
        "{ ci: { url: 'https://x.example' } } | issuers.ci.preset: is missing",
        "{ ci: { preset: git } } | one of github, gitlab, jenkins, generic is expected",
        "{ ci: { preset: jenkins } } | issuers.ci.url: is missing",
        "{ ci: { preset: github, url: 'http://ci.example' } } | https://",
        "{ ci: { preset: github, url: 'https://a@b.example' } } | no user",
        "{ ci: { preset: github, skew: 1h } } | skew: is 1 h, must be from",
        "{ ci: { preset: github, keys_good_for: 1s } } | keys_good_for: is 1 s, must be from",
        "{ ci: { preset: github, lifetime: 0s } } | lifetime: is",
        "{ ci: { preset: github, job: [ run ] } } | is for preset: generic only",
        "{ ci: { preset: generic, url: 'https://x.example' } } | claims: is missing",
        "{ ci: { preset: github, ca: missing.pem } } | missing.pem does not exist",
        "{ ci: { preset: github, secret: x } } | secret: is unknown",
        "{ a: { preset: github }, b: { preset: github } } | has the url of a already",
      })
  void an_issuer_that_cannot_be_used_is_named(String issuers, String said) throws Exception {
    ConfigException problems = refused("identity: { issuers: " + issuers + " }", "[]");

    assertThat(problems.getMessage()).contains(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[ { issuer: github } ] | opens for every job of github",
        "[ { issuer: github, repository: '*/*' } ] | opens for every job of github",
        "[ { issuer: github, ref: refs/heads/main } ] | rests on ref alone",
        "[ { issuer: github, environment: prod, ref_protected: true } ] | anybody who may run a job",
        "[ { issuer: local } ] | opens for every user of this machine",
        "[] | opens for nobody",
      })
  void an_entry_that_says_too_little_gets_a_warning(String openTo, String said) throws Exception {
    GatewayConfig config = load("identity: { issuers: { github: { preset: github } } }", openTo);

    assertThat(warnings(config)).contains("stepgate.yml:").contains(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[ { issuer: github, repository: acme/orders } ]",
        "[ { issuer: github, repository_owner_id: 12, ref: refs/heads/main } ]",
        "[ { issuer: local, user: alice } ]",
      })
  void an_entry_that_names_an_owner_or_a_user_gets_none(String openTo) throws Exception {
    GatewayConfig config = load("identity: { issuers: { github: { preset: github } } }", openTo);

    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void a_key_that_no_token_of_the_issuer_can_have_is_a_typing_error() throws Exception {
    ConfigException problems =
        refused(
            "identity: { issuers: { github: { preset: github } } }",
            "[ { issuer: github, repositroy: acme/orders } ]");

    assertThat(problems.getMessage()).contains("open_to[0].repositroy", "mean \"repository\"");
  }

  @Test
  void the_host_has_a_name_of_its_own() throws Exception {
    GatewayConfig config = load("identity: { host: jenkins }", "[ { issuer: jenkins, job: 7 } ]");
    ConfigException problems =
        refused("identity: { host: ci, issuers: { ci: { preset: github } } }", "[]");

    assertThat(config.access().host()).isEqualTo("jenkins");
    assertThat(problems.getMessage()).contains("identity.host: is an issuer's name already");
  }

  private GatewayConfig load(String identity, String openTo) throws Exception {
    return ConfigFile.load(
        write(identity, openTo),
        Map.of("P", "x"),
        FileRules.ofThisProcess(),
        InstantSource.system());
  }

  private ConfigException refused(String identity, String openTo) throws Exception {
    Path file = write(identity, openTo);
    ConfigException problems =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                ConfigFile.load(
                    file, Map.of("P", "x"), FileRules.ofThisProcess(), InstantSource.system()));
    assertThat(problems).as("a problem").isNotNull();
    return problems;
  }

  private Path write(String identity, String openTo) throws IOException {
    Path file = directory.resolve("stepgate.yml");
    Files.writeString(
        file,
        identity.strip()
            + "\nname: ci\nstate: state\nconnections:\n  orders-db:\n    protocol: postgresql\n"
            + "    address: db/orders\n    user: app\n    password: { env: P }\n    open_to: "
            + openTo
            + "\n");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static String warnings(GatewayConfig config) {
    return config.warnings().stream()
        .map(ConfigProblem::toString)
        .collect(Collectors.joining("\n"));
  }
}
