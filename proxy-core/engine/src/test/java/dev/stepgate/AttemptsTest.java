package dev.stepgate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.PlainJWT;
import dev.stepgate.event.Event;
import dev.stepgate.evidence.Report;
import dev.stepgate.evidence.Verdict;
import dev.stepgate.evidence.Verifier;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.Evidence.LocalUser;
import dev.stepgate.job.Evidence.Token;
import dev.stepgate.job.JobContext;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Isolation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job tries to open that is not its own. It knows the gateway, other jobs' tokens, people's
 * names and every public key; each refusal stands in the gateway's events.
 */
class AttemptsTest {

  private static final Evidence RUNNER = new LocalUser("runner", 998);
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir private Path directory;
  private Place place;

  @BeforeEach
  void aGatewayBeforeAGitlab() throws Exception {
    place = new Place(directory);
  }

  @AfterEach
  void close() throws Exception {
    place.close();
  }

  @Test
  void a_job_opens_what_is_its_own_and_the_opening_says_who_it_was() throws Exception {
    OpenSession session =
        place.open(new Token(place.signed(place.orders())), Map.of("CI", "true"), "orders-db");

    assertThat(session.session().bearer().identity().display())
        .isEqualTo("acme/orders@4f1c by alice");
    assertThat(session.session().bearer().verified()).containsEntry("job", "302");
    assertThat(session.session().claimed()).isEqualTo(Map.of("CI", "true"));
    assertThat(place.open(new LocalUser("alice", 1000), NOTHING, "shop-db")).isNotNull();
    assertThat(place.events()).isEmpty();
  }

  /** One attempt: what is shown, what is asked for, and the code of the refusal. */
  private record Attempt(
      String name,
      Evidence evidence,
      Map<String, String> claimed,
      String code,
      List<String> asked) {

    Attempt(
        String name, Evidence evidence, Map<String, String> claimed, String code, String... asked) {
      this(name, evidence, claimed, code, List.of(asked));
    }
  }

  @TestFactory
  List<DynamicTest> nothing_but_its_own_opens() throws Exception {
    List<Attempt> attempts = new ArrayList<>();
    names(attempts);
    claims(attempts);
    forgeries(attempts);
    keys(attempts);
    assertThat(attempts).hasSizeGreaterThanOrEqualTo(25);
    return attempts.stream()
        .map(attempt -> DynamicTest.dynamicTest(attempt.name(), () -> refused(attempt)))
        .toList();
  }

  private void names(List<Attempt> attempts) throws Exception {
    Token shop = new Token(place.signed(place.shop()));
    attempts.add(new Attempt("another job's connection", shop, NOTHING, "not-open", "orders-db"));
    attempts.add(new Attempt("one that is not there", shop, NOTHING, "not-open", "ledger-db"));
    attempts.add(
        new Attempt("its own beside another's", shop, NOTHING, "not-open", "shop-db", "orders-db"));
    attempts.add(new Attempt("one that opens for nobody", shop, NOTHING, "not-open", "closed-db"));
    attempts.add(new Attempt("its name in capitals", shop, NOTHING, "not-open", "SHOP-DB"));
    attempts.add(new Attempt("a path to it", shop, NOTHING, "not-open", "../shop-db"));
    attempts.add(new Attempt("its name and a zero byte", shop, NOTHING, "not-open", "shop-db\0"));
    attempts.add(new Attempt("its own twice", shop, NOTHING, "malformed", "shop-db", "shop-db"));
    attempts.add(new Attempt("nothing at all", shop, NOTHING, "malformed"));
  }

  private void claims(List<Attempt> attempts) throws Exception {
    Map<String, String> says =
        Map.of("CI_PROJECT_PATH", "acme/orders", "CI_COMMIT_REF_PROTECTED", "true");
    attempts.add(
        new Attempt(
            "a repository's name in the environment", RUNNER, says, "not-open", "orders-db"));
    attempts.add(
        new Attempt(
            "a person's name in the environment",
            RUNNER,
            Map.of("GITLAB_USER_LOGIN", "alice"),
            "not-open",
            "shop-db"));
    attempts.add(
        new Attempt(
            "a person who started the pipeline",
            new Token(place.signed(place.orders())),
            NOTHING,
            "not-open",
            "shop-db"));
    attempts.add(
        new Attempt(
            "a branch that is not protected",
            new Token(place.signed(place.orders().claim("ref_protected", "false"))),
            NOTHING,
            "not-open",
            "orders-db"));
    attempts.add(
        new Attempt(
            "a repository whose name only begins the same",
            new Token(place.signed(place.orders().claim("project_path", "acme/orders-fork"))),
            NOTHING,
            "not-open",
            "orders-db"));
    attempts.add(
        new Attempt(
            "the name taken over by another project",
            new Token(place.signed(place.orders().claim("project_id", "666"))),
            NOTHING,
            "not-open",
            "orders-db"));
    Identity vouched =
        Identity.of(
            "gitlab",
            place.url,
            "x",
            Map.of("issuer", signed("gitlab"), "repository", signed("acme/orders")));
    attempts.add(
        new Attempt(
            "a host's word where no host may vouch",
            new Evidence.Vouched(vouched),
            NOTHING,
            "no-evidence",
            "orders-db"));
  }

  private static Identity.SignedClaim signed(String value) {
    return new Identity.SignedClaim(value, Identity.Shaper.ISSUER);
  }

  private void forgeries(List<Attempt> attempts) throws Exception {
    attempts.add(
        token(
            "a token signed by itself",
            "token-signature",
            Place.signed(place.orders(), JWSAlgorithm.RS256, new RSASSASigner(Place.rsa()))));
    attempts.add(
        token(
            "a token keyed with the issuer's public key",
            "token-algorithm",
            Place.signed(
                place.orders(),
                JWSAlgorithm.HS256,
                new MACSigner(place.key.toRSAPublicKey().getEncoded()))));
    attempts.add(
        token(
            "a token that nobody signed",
            "token-algorithm",
            new PlainJWT(place.orders().build()).serialize()));
    attempts.add(
        token(
            "a token for another service",
            "token-audience",
            place.signed(place.orders().audience("vault"))));
    attempts.add(
        token(
            "a token of last week",
            "token-expired",
            place.signed(
                place
                    .orders()
                    .issueTime(Date.from(Instant.now().minusSeconds(600_000)))
                    .expirationTime(Date.from(Instant.now().minusSeconds(599_000))))));
    attempts.add(
        token(
            "an issuer below the issuer",
            "token-issuer",
            place.signed(place.orders().issuer(place.url + "/x"))));
  }

  private void keys(List<Attempt> attempts) throws Exception {
    OpenSession other = place.open(new Token(place.signed(place.orders())), NOTHING, "orders-db");
    attempts.add(
        token("another session's token", "token-malformed", other.endpoints().get(0).token()));
    attempts.add(token("a person's name", "token-malformed", "alice"));
    attempts.add(
        token("the issuer's public key", "token-malformed", place.key.toPublicJWK().toString()));
    attempts.add(
        token("the log's public key", "token-malformed", place.stepgate.verifierKey().text()));
    attempts.add(
        token(
            "the gateway's address",
            "token-malformed",
            "127.0.0.1:" + other.endpoints().get(0).port()));
    attempts.add(token("no token in a token's place", "token-malformed", ""));
  }

  private static Attempt token(String name, String code, String token) {
    return new Attempt(name, new Token(token), NOTHING, code, "orders-db");
  }

  private void refused(Attempt attempt) throws Exception {
    RefusedException refusal =
        catchThrowableOfType(
            RefusedException.class,
            () ->
                place.open(
                    attempt.evidence(), attempt.claimed(), attempt.asked().toArray(String[]::new)));

    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.code()).isEqualTo(attempt.code());
    String session = refusal.attempt().orElseThrow().value();
    Event event = place.event(found -> found.text("session").equals(session));
    assertThat(event.kind()).isEqualTo("session-refused");
    assertThat(event.text("code")).isEqualTo(attempt.code());
    assertThat(event.text("reason")).isEqualTo(refusal.getMessage());
    assertThat(event.members().get("claimed")).isEqualTo(new TreeMap<>(attempt.claimed()));
  }

  @Test
  void not_there_and_not_allowed_look_alike_to_the_job_and_differ_in_the_events() throws Exception {
    Token shop = new Token(place.signed(place.shop()));

    RefusedException closed = refusal(shop, "orders-db");
    RefusedException unknown = refusal(shop, "ledger-db");

    assertThat(plain(closed)).isEqualTo(plain(unknown));
    assertThat(closed.code()).isEqualTo(unknown.code());
    assertThat(verdict(closed)).isEqualTo("closed");
    assertThat(verdict(unknown)).isEqualTo("unknown");
  }

  @Test
  void another_jobs_token_is_refused_to_whoever_did_not_present_it_first() throws Exception {
    String stolen = place.signed(place.orders());
    place.open(new Token(stolen), NOTHING, "orders-db");

    RefusedException refusal =
        catchThrowableOfType(
            RefusedException.class,
            () -> place.open("mallory(1005)", new Token(stolen), NOTHING, "orders-db"));

    assertThat(refusal.code()).isEqualTo("token-replayed");
    Event event = place.event(found -> found.text("code").equals("token-replayed"));
    assertThat(event.text("by")).isEqualTo("mallory(1005)");
  }

  @Test
  void a_session_that_was_refused_leaves_no_leaf_and_no_recording_and_the_events_verify()
      throws Exception {
    refusal(RUNNER, "orders-db");
    place.stepgate.close();

    Report report =
        Verifier.verify(
            directory.resolve("state"), Optional.of(place.stepgate.verifierKey()), List.of());

    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(report.sessions()).isEmpty();
  }

  @Test
  void an_event_that_was_changed_afterwards_is_found() throws Exception {
    refusal(RUNNER, "orders-db");
    place.stepgate.close();
    Path file = directory.resolve("state/events/000001.jsonl");
    String text = java.nio.file.Files.readString(file);
    java.nio.file.Files.write(file, text.replace("runner(998)", "nobody(998)").getBytes(UTF_8));

    Report report =
        Verifier.verify(
            directory.resolve("state"), Optional.of(place.stepgate.verifierKey()), List.of());

    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.findings()).singleElement().asString().contains("events/000001.jsonl");
  }

  @Test
  void events_files_that_were_all_removed_have_not_expired() throws Exception {
    refusal(RUNNER, "orders-db");
    place.stepgate.close();
    java.nio.file.Files.delete(directory.resolve("state/events/000001.jsonl"));

    Report report =
        Verifier.verify(
            directory.resolve("state"), Optional.of(place.stepgate.verifierKey()), List.of());

    assertThat(report.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(report.findings())
        .singleElement()
        .asString()
        .contains("1 files are missing", "000001.jsonl", "the 0 that are there");
  }

  @Test
  void whoami_with_a_token_that_its_job_has_shown_tells_another_user_nothing() throws Exception {
    String stolen = place.signed(place.orders());
    Look before = look("mallory(1005)", stolen);
    place.open(new Token(stolen), NOTHING, "orders-db");

    Look own = look("runner(998)", stolen);
    Look other = look("mallory(1005)", stolen);
    Look root =
        place.stepgate.look(
            new JobContext("root(0)", Isolation.NONE, new Token(stolen), NOTHING), true);

    assertThat(own.open()).containsExactly("orders-db");
    assertThat(other.code()).isEqualTo("token-replayed");
    assertThat(other.bearer()).isEmpty();
    assertThat(other.open()).isEmpty();
    assertThat(root.open()).containsExactly("orders-db");
    assertThat(before.open()).as("who holds it first could open it as well").isNotEmpty();
    assertThat(place.open(new Token(stolen), NOTHING, "orders-db")).isNotNull();
    Event event =
        place.event(found -> found.kind().equals("looked") && !found.text("code").isEmpty());
    assertThat(event.text("by")).isEqualTo("mallory(1005)");
    assertThat(event.text("code")).isEqualTo("token-replayed");
    assertThat(place.events().stream().filter(found -> found.kind().equals("looked"))).hasSize(4);
  }

  private Look look(String by, String token) {
    return place.stepgate.look(new JobContext(by, Isolation.NONE, new Token(token), NOTHING));
  }

  private RefusedException refusal(Evidence evidence, String connection) {
    return catchThrowableOfType(
        RefusedException.class, () -> place.open(evidence, NOTHING, connection));
  }

  private static String plain(RefusedException refusal) {
    return refusal.getMessage().replaceAll("sg-[0-9A-Z]{4}", "sg-");
  }

  private String verdict(RefusedException refusal) throws Exception {
    String session = refusal.attempt().orElseThrow().value();
    Event event = place.event(found -> found.text("session").equals(session));
    return ((Map<?, ?>) ((List<?>) event.members().get("verdicts")).get(0))
        .get("verdict")
        .toString();
  }
}
