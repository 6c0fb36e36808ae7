package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import dev.stepgate.session.Person;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/**
 * Says which person an ID token (OpenID Connect Core 1.0 section 2) is about. Everything that a
 * job's token must hold to, this must too; beyond that it must have been made for the one client
 * that people sign in with, and hold nothing that a job's token holds. Thread-safe.
 */
public final class PersonVerifier {

  /** What {@link #verify} takes at most, whatever the issuer does. */
  public static final Duration DEADLINE = IdentityVerifier.DEADLINE;

  /** The code of a token that is true, and not a person's. */
  public static final String NOT_A_PERSON = "not-a-person";

  /** The most groups that are read. */
  static final int MAX_GROUPS = 256;

  /** Verifications at a time; more are refused. */
  static final int MAX_AT_A_TIME = 64;

  /** How many of them may wait for keys. */
  static final int MAX_WAITING = 32;

  private final SignIn signIn;
  private final KeyCache keys;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(MAX_AT_A_TIME);

  /** A verifier that fetches the issuer's keys by {@code documents}. */
  public PersonVerifier(SignIn signIn, Documents documents, InstantSource clock) {
    this.signIn = signIn;
    this.clock = clock;
    this.keys =
        new KeyCache(signIn.issuer(), documents, clock, OidcVerifier.FETCH_WITHIN, MAX_WAITING);
  }

  /**
   * The person that a token is about. May fetch keys, so it must not be called on an event loop;
   * answers within {@link #DEADLINE}.
   */
  public PersonCheck verify(String token) {
    if (!places.tryAcquire()) {
      return refused(Code.BUSY, "the gateway verifies " + MAX_AT_A_TIME + " others at the moment");
    }
    try {
      return person(Token.parse(token));
    } catch (No no) {
      return new PersonCheck.Refused(no.refused().code().word(), no.refused().sentence());
    } finally {
      places.release();
    }
  }

  private PersonCheck person(Token token) throws No {
    Issuer issuer = signIn.issuer();
    ObjectNode claims = token.claims();
    String said = ClaimCheck.text(claims, "iss");
    if (!issuer.url().equals(said)) {
      throw new No(Code.ISSUER, "people sign in at " + issuer.url() + ", not at " + No.shown(said));
    }
    if (!issuer.preset().algorithms().contains(token.algorithm())) {
      throw new No(Code.ALGORITHM, "the token's algorithm is " + token.algorithm());
    }
    ClaimCheck.audience(claims, issuer);
    ClaimCheck.times(claims, issuer, clock.instant());
    keys.holding(token.keyId()).check(token);
    ClaimCheck.times(claims, issuer, clock.instant());
    String subject = ClaimCheck.text(claims, "sub");
    String job = jobsClaim(claims);
    if (!job.isEmpty()) {
      return new PersonCheck.Refused(NOT_A_PERSON, "the token holds " + job + ": it is a job's");
    }
    String other = otherSort(claims);
    if (!other.isEmpty()) {
      return new PersonCheck.Refused(NOT_A_PERSON, other);
    }
    return new PersonCheck.Known(
        new Person(Person.SIGN_IN, subject, name(claims, subject), groups(claims)));
  }

  private String jobsClaim(ObjectNode claims) {
    return signIn.jobClaims().stream()
        .filter(claims::has)
        .sorted()
        .findFirst()
        .or(() -> SignIn.JOB_CLAIMS.stream().filter(claims::has).sorted().findFirst())
        .orElse("");
  }

  /** Access tokens say so in ways of their own: RFC 9068 section 2.2, Keycloak's {@code typ}. */
  private String otherSort(ObjectNode claims) {
    if (claims.has("client_id") || claims.has("scope") || claims.has("scp")) {
      return "the token is one for access, not one that says who signed in";
    }
    JsonNode type = claims.get("typ");
    if (type != null && !"ID".equals(type.asText())) {
      return "the token is of the sort " + No.shown(type.asText()) + ", not \"ID\"";
    }
    JsonNode party = claims.get("azp");
    if (party != null && !signIn.clientId().equals(party.asText())) {
      return "the token was made for another client: " + No.shown(party.asText());
    }
    return "";
  }

  private String name(ObjectNode claims, String subject) throws No {
    JsonNode value = claims.get(signIn.nameClaim());
    if (value == null || value.isNull()) {
      return subject;
    }
    return text(signIn.nameClaim(), value);
  }

  private Set<String> groups(ObjectNode claims) throws No {
    Set<String> groups = new TreeSet<>();
    JsonNode value = claims.get(signIn.groupsClaim());
    if (value == null || value.isNull()) {
      return groups;
    }
    if (value.isTextual()) {
      groups.add(text(signIn.groupsClaim(), value));
      return groups;
    }
    if (!value.isArray()) {
      throw Token.malformed("has groups that are no list");
    }
    if (value.size() > MAX_GROUPS) {
      throw new No(
          Code.TOO_LARGE, "the token has " + value.size() + " groups, the limit is " + MAX_GROUPS);
    }
    for (JsonNode group : value) {
      groups.add(text(signIn.groupsClaim(), group));
    }
    return groups;
  }

  private static String text(String claim, JsonNode value) throws No {
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw Token.malformed("has in " + No.line(claim) + " what is no text");
    }
    String text = value.textValue();
    if (text.length() > ClaimCheck.MAX_TEXT_CHARS) {
      throw new No(
          Code.TOO_LARGE,
          "the token has a name of "
              + text.length()
              + " characters, the limit is "
              + ClaimCheck.MAX_TEXT_CHARS);
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw Token.malformed("has in " + No.line(claim) + " what is no Unicode text");
    }
    return text;
  }

  private static PersonCheck refused(Code code, String sentence) {
    return new PersonCheck.Refused(code.word(), sentence);
  }
}
