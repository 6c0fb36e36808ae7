package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.session.Person;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PersonVerifierTest {

  private static final String CLIENT = "stepgate-cli";

  // GitLab signs for people and for jobs under one URL.
  private static final Provider PEOPLE =
      new Provider(
          "PEOPLE",
          Issuer.of(
              "sign-in",
              "https://gitlab.com",
              Preset.generic(Map.of(), List.of(), List.of("subject"))),
          """
      {"iss": "https://gitlab.com", "aud": "stepgate-cli", "sub": "4711", "iat": 1632493567,
       "exp": 1632497167, "auth_time": 1632493560, "preferred_username": "alice",
       "groups": ["dba", "auditors"]}
      """);

  private final Rig rig = new Rig(PEOPLE);
  private final PersonVerifier verifier = new PersonVerifier(signIn(), rig, rig);

  private static SignIn signIn() {
    Issuer issuer = PEOPLE.issuer();
    return new SignIn(
        new Issuer(
            issuer.name(),
            issuer.url(),
            issuer.preset(),
            List.of(CLIENT),
            issuer.skew(),
            issuer.maxLifetime(),
            issuer.keysGoodFor(),
            List.of(),
            Set.of()),
        "preferred_username",
        "groups",
        Set.of("flow"),
        List.of(SignIn.OPENID),
        Optional.empty());
  }

  @Test
  void an_id_token_of_the_people_s_client_is_a_person_with_groups() {
    PersonCheck answer = verifier.verify(PEOPLE.forge().token());

    assertThat(answer)
        .isEqualTo(
            new PersonCheck.Known(
                new Person(Person.SIGN_IN, "4711", "alice", Set.of("auditors", "dba"))));
  }

  @Test
  void without_name_and_groups_a_person_is_a_subject_in_no_group() {
    PersonCheck answer =
        verifier.verify(
            PEOPLE
                .forge()
                .claims(claims -> claims.remove(List.of("groups", "preferred_username")))
                .token());

    assertThat(((PersonCheck.Known) answer).person().name()).isEqualTo("4711");
    assertThat(((PersonCheck.Known) answer).person().groups()).isEmpty();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        change("meant for jobs", "audience", c -> c.put("aud", "stepgate")),
        change(
            "meant for jobs too", "audience", c -> c.putArray("aud").add(CLIENT).add("stepgate")),
        change("of nobody", "missing-claim", c -> c.remove("sub")),
        change("of another issuer", "issuer", c -> c.put("iss", "https://gitlab.com.evil.example")),
        change("expired", "expired", c -> c.put("exp", 1632493568).put("iat", 1632493500)),
        change("from the future", "not-yet", c -> c.put("iat", 1632497100)),
        change("good for a week", "lifetime", c -> c.put("exp", 1632493567 + 7 * 86_400)),
        change("a job's project", "not-a-person", c -> c.put("project_id", "20")),
        change("a job's pipeline", "not-a-person", c -> c.put("pipeline_id", "574")),
        change("a job's, the claim empty", "not-a-person", c -> c.putNull("job_id")),
        change("a workflow's repository", "not-a-person", c -> c.put("repository", "acme/orders")),
        change("a build", "not-a-person", c -> c.put("build_number", 7)),
        change("a job by the configuration", "not-a-person", c -> c.put("flow", "x")),
        change("for access", "not-a-person", c -> c.put("scope", "openid")),
        change("for access, by its client", "not-a-person", c -> c.put("client_id", CLIENT)),
        change("a bearer's", "not-a-person", c -> c.put("typ", "Bearer")),
        change("for another party", "not-a-person", c -> c.put("azp", "other")),
        change("groups in an object", "malformed", c -> c.putObject("groups").put("dba", true)),
        change("a group that is a number", "malformed", c -> c.putArray("groups").add(7)),
        change("a group without a name", "malformed", c -> c.putArray("groups").add("")),
        change(
            "a name that is a list", "malformed", c -> c.putArray("preferred_username").add("a")),
        change("too many groups", "too-large", PersonVerifierTest::manyGroups),
        change("a long name", "too-large", c -> c.put("preferred_username", "a".repeat(1025))));
  }

  private static void manyGroups(ObjectNode claims) {
    for (int i = 0; i <= PersonVerifier.MAX_GROUPS; i++) {
      claims.withArray("groups").add("g" + i);
    }
  }

  private static Arguments change(String name, String code, Consumer<ObjectNode> change) {
    return Arguments.of(name, code, change);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refusals")
  void a_token_that_is_not_beyond_doubt_a_person_s_is_refused(
      String name, String code, Consumer<ObjectNode> change) {
    PersonCheck answer = verifier.verify(PEOPLE.forge().claims(change).token());

    assertThat(answer).isInstanceOf(PersonCheck.Refused.class);
    assertThat(((PersonCheck.Refused) answer).code()).isEqualTo(code);
  }

  static Stream<Provider> jobs() {
    return Provider.values().stream();
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void a_job_s_token_is_no_person_s_though_the_job_chose_the_people_s_audience(Provider provider) {
    Issuer issuer = provider.issuer();
    Issuer people =
        new Issuer(
            "sign-in",
            issuer.url(),
            PEOPLE.issuer().preset(),
            List.of(CLIENT),
            issuer.skew(),
            issuer.maxLifetime(),
            issuer.keysGoodFor(),
            List.of(),
            Set.of());
    Rig jobs = new Rig(provider);
    SignIn signIn =
        new SignIn(people, "sub", "groups", Set.of("build"), List.of("openid"), Optional.empty());
    String token = provider.forge().claims(claims -> claims.put("aud", CLIENT)).token();

    PersonCheck answer = new PersonVerifier(signIn, jobs, jobs).verify(token);

    assertThat(answer).isInstanceOf(PersonCheck.Refused.class);
    assertThat(((PersonCheck.Refused) answer).code()).isEqualTo(PersonVerifier.NOT_A_PERSON);
  }

  @Test
  void a_person_s_token_is_refused_where_a_job_s_is_asked_for() {
    Rig jobs = new Rig(Provider.GITLAB);

    assertThat(jobs.refuses(PEOPLE.forge().token()).code()).isEqualTo(Verification.Code.AUDIENCE);
  }

  @Test
  void another_key_s_signature_and_no_signature_are_refused() {
    assertThat(code(PEOPLE.forge().with("RS256", Forge.otherRsa()).token())).isEqualTo("signature");
    assertThat(code(PEOPLE.forge().header(header -> header.put("alg", "none")).token()))
        .isEqualTo("algorithm");
    assertThat(code("x")).isEqualTo("malformed");
  }

  @Test
  void while_the_provider_s_keys_cannot_be_had_nobody_is_a_person() {
    rig.served.clear();

    assertThat(code(PEOPLE.forge().token())).isEqualTo("issuer-unavailable");
  }

  private String code(String token) {
    return ((PersonCheck.Refused) verifier.verify(token)).code();
  }
}
