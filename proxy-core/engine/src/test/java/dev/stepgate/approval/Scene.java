package dev.stepgate.approval;

import dev.stepgate.session.Bearer;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Identity.Shaper;
import dev.stepgate.session.Identity.SignedClaim;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Person;
import dev.stepgate.session.Proof;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A desk with a clock of its own, people around it and jobs that ask. */
final class Scene implements InstantSource {

  static final SessionId SESSION = new SessionId("01KAAAAAAAAAAAAAAAAAAA7QK2");
  static final SessionId LATER = new SessionId("01KAAAAAAAAAAAAAAAAAAA7QK3");
  static final Person BOB = Person.local("bob", 1001, List.of("dba"));
  static final Person CAROL = new Person(Person.SIGN_IN, "00u7", "carol@acme.example", set("dba"));
  static final Person DAVE = Person.local("dave", 1003, List.of("auditors"));

  final Path state;
  Instant now = Instant.parse("2026-11-24T15:02:11.482Z");
  RequestFiles files;
  Desk desk;

  Scene(Path state) {
    this.state = state;
    restart();
  }

  private static java.util.Set<String> set(String group) {
    return java.util.Set.of(group);
  }

  /** As after kill -9: only what is on the disk is left. */
  void restart() {
    try {
      files = RequestFiles.open(state);
      desk = new Desk(files, this, Runnable::run);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Instant instant() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  static Bearer job(String actor, String sha) {
    return new Bearer(
        Identity.of(
            "gitlab",
            "https://gitlab.example.com",
            "project_path:acme/shop",
            Map.of(
                "actor", new SignedClaim(actor, Shaper.ISSUER),
                "repository", new SignedClaim("acme/shop", Shaper.ISSUER),
                "job", new SignedClaim("4711", Shaper.ISSUER),
                "sha", new SignedClaim(sha, Shaper.AUTHOR))),
        Proof.TOKEN);
  }

  static Question question(SessionId id, Bearer bearer, String statement, int count) {
    Session session =
        new Session(
            id,
            "ci-east",
            Instant.EPOCH,
            "gitlab-runner(998)",
            Isolation.USER,
            bearer,
            Map.of(),
            List.of("orders-db"));
    return new Question(
        session,
        "orders-db",
        17,
        id.reference() + ":17",
        "mass-writes",
        "Many rows at once.",
        List.of("dba"),
        count,
        Duration.ofMinutes(10),
        "9c41",
        "query",
        statement,
        List.of(),
        List.of("delete table app.orders"),
        false,
        digest(bearer, statement));
  }

  static String digest(Bearer bearer, String statement) {
    return Binding.of(
        "orders-db",
        "query",
        ByteBuffer.allocate(0),
        ByteBuffer.wrap(statement.getBytes(StandardCharsets.UTF_8)),
        bearer,
        "9c41",
        List.of("delete table app.orders"));
  }

  /** One that asks, and notes what it is told. */
  final class Asker implements Wait {
    final List<String> told = new ArrayList<>();
    final String digest;
    final Ticket ticket;
    Request request;

    Asker(Question question) {
      digest = question.digest();
      ticket = desk.ask(question, this, Runnable::run);
    }

    Asker(String statement) {
      this(question(SESSION, job("alice", "4f1c09"), statement, 1));
    }

    String id() {
      return request.id();
    }

    /** Uses the approval for what has this digest; the sentence why it may not, or "". */
    String use(String what) {
      List<String> why = new ArrayList<>();
      ticket.use(what, reason -> why.add(reason.orElse("")));
      return why.get(0);
    }

    private void note(String word, Request now) {
      request = now;
      told.add(word);
    }

    @Override
    public void asked(Request now) {
      note("asked", now);
    }

    @Override
    public void agreed(Request now) {
      note("agreed", now);
    }

    @Override
    public void approved(Request now) {
      note("approved", now);
    }

    @Override
    public void ended(Request now) {
      note(now.state().word(), now);
    }

    @Override
    public void failed(String sentence) {
      told.add("failed: " + sentence);
    }
  }
}
