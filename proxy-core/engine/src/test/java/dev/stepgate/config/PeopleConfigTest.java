package dev.stepgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.stepgate.identity.SignIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PeopleConfigTest {

  private static final String GATEWAY =
      """
      name: ci-east
      state: state
      serve: { users: [ci] }
      identity:
        issuers:
          gitlab: { preset: gitlab }
          ci: { preset: generic, url: "https://ci.example", claims: { run: sub }, job: [run] }
      connections:
        orders-db:
          protocol: postgresql
          address: db.internal:5432/orders
          user: ci_migrator
          password: { env: ORDERS_PASSWORD }
          open_to: [{ issuer: local, user: ci }]
      """;

  @TempDir private Path directory;

  @BeforeEach
  void aDirectoryThatOnlyItsOwnerMayWrite() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  private GatewayConfig load(String people) throws Exception {
    Path file = directory.resolve("stepgate.yml");
    Files.writeString(file, GATEWAY + people);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return ConfigFile.load(
        file, Map.of("ORDERS_PASSWORD", "x"), FileRules.ofThisProcess(), InstantSource.system());
  }

  @Test
  void without_a_section_nobody_is_a_person() throws Exception {
    assertThat(load("").people()).isEqualTo(PeopleConfig.NOBODY);
  }

  @Test
  void users_readers_and_the_sign_in_are_read() throws Exception {
    PeopleConfig people =
        load("""
                people:
                  users: { alice: [dba, auditors], bob: dba }
                  readers: [auditors]
                  sign_in: { issuer: "https://gitlab.com", client_id: cli, name: nickname, lifetime: 1h }
                """)
            .people();

    SignIn signIn = people.signIn().orElseThrow();
    assertThat(people.users())
        .containsExactly(
            Map.entry("alice", List.of("dba", "auditors")), Map.entry("bob", List.of("dba")));
    assertThat(people.readers()).containsExactly("auditors");
    assertThat(signIn.clientId()).isEqualTo("cli");
    assertThat(signIn.nameClaim()).isEqualTo("nickname");
    assertThat(signIn.groupsClaim()).isEqualTo("groups");
    assertThat(signIn.scopes()).containsExactly("openid");
    assertThat(signIn.way()).isEmpty();
    assertThat(signIn.issuer().maxLifetime()).isEqualTo(Duration.ofHours(1));
    assertThat(signIn.jobClaims()).contains("project_id", "pipeline_id", "job_id");
  }

  @Test
  void how_to_sign_in_and_where_else_the_provider_lives_is_read() throws Exception {
    SignIn signIn =
        load("""
                people:
                  sign_in:
                    issuer: "https://accounts.example"
                    client_id: cli
                    flow: browser
                    scopes: [openid, groups, offline_access]
                    other_hosts: [keys.example, "token.example:8443"]
                """)
            .people()
            .signIn()
            .orElseThrow();

    assertThat(signIn.way()).contains(SignIn.Way.BROWSER);
    assertThat(signIn.scopes()).containsExactly("openid", "groups", "offline_access");
    assertThat(signIn.issuer().otherHosts())
        .containsExactlyInAnyOrder("keys.example", "token.example:8443");
  }

  private static final String PROVIDER = "issuer: \"https://a.example\", client_id: cli";

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            "sign_in: { " + PROVIDER + ", flow: password }",
            "people.sign_in.flow",
            "one of device, browser"),
        Arguments.of(
            "sign_in: { " + PROVIDER + ", scopes: [groups] }",
            "people.sign_in.scopes",
            "does not hold openid"),
        Arguments.of(
            "sign_in: { " + PROVIDER + ", scopes: [openid, \"a b\"] }",
            "people.sign_in.scopes",
            "no scope's name"),
        Arguments.of(
            "sign_in: { " + PROVIDER + ", other_hosts: [\"https://b.example\"] }",
            "people.sign_in.other_hosts",
            "host or host:port"),
        Arguments.of("users: { ci: [dba] }", "people.users.ci", "steps run as them"),
        Arguments.of("users: { root: [dba] }", "people.users.root", "not one person"),
        Arguments.of("users: { stepgate-step: [dba] }", "people.users.stepgate-step", "no step"),
        Arguments.of("users: { alice: { dba: on } }", "people.users.alice", "single value"),
        Arguments.of("users: [alice]", "people.users", "a section with keys"),
        Arguments.of("reader: [dba]", "people.reader", "readers"),
        Arguments.of("sign_in: { client_id: cli }", "people.sign_in.issuer", "is missing"),
        Arguments.of(
            "sign_in: { issuer: \"https://a.example\" }", "people.sign_in.client_id", "is missing"),
        Arguments.of(
            "sign_in: { issuer: \"http://a.example\", client_id: cli }",
            "people.sign_in.issuer",
            "https://"),
        Arguments.of(
            "sign_in: { issuer: \"https://a.example\", client_id: stepgate }",
            "people.sign_in.client_id",
            "audience of jobs"),
        Arguments.of(
            "sign_in: { issuer: \"https://ci.example\", client_id: cli }",
            "people.sign_in.issuer",
            "tells them from people"),
        Arguments.of(
            "sign_in: { issuer: \"https://a.example\", client_id: cli, lifetime: 30d }",
            "people.sign_in.lifetime",
            "30d"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_line_and_key(String line, String key, String said) {
    ConfigException wrong =
        catchThrowableOfType(ConfigException.class, () -> load("people:\n  " + line + "\n"));

    assertThat(wrong.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.key()).isEqualTo(key);
              assertThat(problem.line()).isEqualTo(16);
              assertThat(problem.message()).contains(said);
            });
  }
}
