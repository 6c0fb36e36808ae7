package dev.stepgate.approval;

import dev.stepgate.approval.AnswerRefused.Code;
import dev.stepgate.session.Person;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A request for approval as it is kept: {@code docs/specs/approval.md} says what each part is.
 * Immutable; what happens to it makes another one, of the next version.
 */
public record Request(
    String id,
    long version,
    State state,
    String digest,
    String session,
    long operation,
    String reference,
    String connection,
    String rule,
    String message,
    List<String> from,
    int count,
    Instant asked,
    Instant expires,
    String openedBy,
    String proof,
    SortedMap<String, String> verified,
    List<String> shaped,
    String policy,
    String kind,
    String statement,
    List<String> parameters,
    List<String> reaches,
    boolean transaction,
    String rows,
    List<Answer> answers,
    Instant ended,
    String why) {

  /** What an id looks like. */
  public static final Pattern ID = Pattern.compile("ap-[0-9A-HJKMNP-TV-Z]{10}");

  /** Where it stands. */
  public enum State {
    ASKED,
    APPROVED,
    REJECTED,
    EXPIRED,
    CANCELLED,
    USED;

    /** Whether somebody can still answer it, or it can still be used. */
    public boolean open() {
      return this == ASKED || this == APPROVED;
    }

    /** The word of files. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the collections. */
  public Request {
    from = List.copyOf(from);
    verified = Collections.unmodifiableSortedMap(new TreeMap<>(verified));
    shaped = List.copyOf(shaped);
    parameters = List.copyOf(parameters);
    reaches = List.copyOf(reaches);
    answers = List.copyOf(answers);
  }

  static Request of(String id, Question question, Instant now) {
    Instant asked = now.truncatedTo(ChronoUnit.MILLIS);
    return new Request(
        id,
        1,
        State.ASKED,
        question.digest(),
        question.session().id().value(),
        question.operation(),
        question.reference(),
        question.connection(),
        question.rule(),
        question.message(),
        question.from(),
        question.count(),
        asked,
        asked.plus(question.within()).truncatedTo(ChronoUnit.MILLIS),
        question.session().openedBy(),
        question.session().bearer().proof().word(),
        question.session().bearer().verified(),
        question.session().bearer().shaped(),
        question.policy(),
        question.kind(),
        question.statement(),
        question.parameters(),
        question.reaches(),
        question.transaction(),
        "",
        List.of(),
        null,
        "");
  }

  /** As its file has it, in UTF-8. */
  public byte[] json() {
    return RequestText.encode(this);
  }

  /** Whether its time is over at {@code now}. */
  public boolean over(Instant now) {
    return !now.isBefore(expires);
  }

  /** How many people have agreed. */
  public int agreed() {
    return (int) answers.stream().filter(Answer::approved).count();
  }

  /** Whether this person is one of those who are asked, whoever asks. */
  public boolean concerns(Person person) {
    return person.inOneOf(from);
  }

  /** Whether this person may be the one who asks. */
  public boolean isOf(Person person) {
    return new Requester(openedBy, verified).is(person);
  }

  /**
   * What it is once this person has answered.
   *
   * @throws AnswerRefused if the answer does not count
   */
  Request answered(Person person, String by, boolean approve, String reason, Instant now)
      throws AnswerRefused {
    if (!concerns(person)) {
      throw AnswerRefused.unknown(id);
    }
    if (isOf(person)) {
      throw new AnswerRefused(
          Code.REQUESTER, "who asks does not answer: " + id + " is " + person.name() + "'s own");
    }
    if (state == State.EXPIRED || (state.open() && over(now))) {
      throw new AnswerRefused(Code.EXPIRED, id + " expired at " + expires);
    }
    if (!state.open() || (state == State.APPROVED && approve)) {
      throw new AnswerRefused(Code.ENDED, id + " is " + state.word() + " already");
    }
    if (approve && answers.stream().anyMatch(answer -> answer.isFrom(person))) {
      throw new AnswerRefused(
          Code.TWICE, person.name() + " has agreed to " + id + " already, and counts once");
    }
    Answer answer =
        Answer.of(person, from, by, approve, reason, now.truncatedTo(ChronoUnit.MILLIS));
    List<Answer> all = new ArrayList<>(answers);
    all.add(answer);
    if (!approve) {
      return with(State.REJECTED, rows, all, now, "rejected by " + person.name());
    }
    State next = agreed() + 1 >= count ? State.APPROVED : State.ASKED;
    return with(next, rows, all, null, "");
  }

  /** What it is once it has ended as {@code how}. */
  Request ended(State how, Instant now, String because) {
    return with(how, rows, answers, now, because);
  }

  /** The same with what the server expects. */
  Request expecting(String sentence) {
    return with(state, sentence, answers, ended, why);
  }

  private Request with(
      State next, String expected, List<Answer> all, Instant endedAt, String because) {
    return new Request(
        id,
        version + 1,
        next,
        digest,
        session,
        operation,
        reference,
        connection,
        rule,
        message,
        from,
        count,
        asked,
        expires,
        openedBy,
        proof,
        verified,
        shaped,
        policy,
        kind,
        statement,
        parameters,
        reaches,
        transaction,
        expected,
        all,
        endedAt == null ? null : endedAt.truncatedTo(ChronoUnit.MILLIS),
        because);
  }

  /** How much of it people read, in characters. */
  long shown() {
    return Question.length(parameters)
        + Question.length(reaches)
        + statement.length()
        + (long) message.length();
  }
}
