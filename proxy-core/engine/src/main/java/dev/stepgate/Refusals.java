package dev.stepgate;

import dev.stepgate.event.Event;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Words refused sessions as the gateway's events: {@code docs/specs/events.md}. */
final class Refusals {

  static final String SESSION_REFUSED = "session-refused";

  /**
   * How much of a connection's asked name stands in an event, in characters: the longest that a
   * connection can have. So a line holds all that can be asked for beside who asked, and nobody
   * stands nameless in the events by asking for long names.
   */
  static final int MAX_NAME = 48;

  private Refusals() {}

  /**
   * A session that was not opened.
   *
   * @param known who the job is, or null if that was not known
   * @param verdicts what became of the connections; empty if it did not come to that
   */
  static Event session(
      SessionId attempt,
      RefusedException refusal,
      JobContext job,
      List<String> connections,
      Access.Known known,
      List<Access.Verdict> verdicts) {
    Event.Builder event =
        Event.of(SESSION_REFUSED)
            .with("session", attempt.value())
            .with("code", refusal.code())
            .with("reason", refusal.getMessage())
            .with("by", job.openedBy())
            .with("isolation", job.isolation().word())
            .with("evidence", evidence(job.evidence()))
            .with("connections", connections.stream().map(Refusals::cut).toList());
    if (!verdicts.isEmpty()) {
      event.withAll("verdicts", verdicts.stream().map(Refusals::verdict).toList());
    }
    if (known != null) {
      Bearer bearer = known.bearer();
      event
          .with("proof", bearer.proof().word())
          .with("verified", bearer.verified())
          .with("shaped", bearer.shaped());
    }
    return event.with("claimed", new TreeMap<>(job.claimed())).build();
  }

  /** That somebody asked what a token opens, and was told or not. */
  static Event looked(JobContext job, Look look) {
    Event.Builder event = Event.of("looked").with("by", job.openedBy());
    look.bearer()
        .ifPresentOrElse(
            bearer -> event.with("verified", bearer.verified()).with("shaped", bearer.shaped()),
            () -> event.with("code", look.code()).with("reason", look.sentence()));
    return event.build();
  }

  private static Map<String, String> verdict(Access.Verdict verdict) {
    Map<String, String> words = new TreeMap<>();
    words.put("connection", cut(verdict.connection()));
    words.put("verdict", verdict.word());
    return words;
  }

  private static String cut(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
  }

  private static String evidence(Evidence evidence) {
    if (evidence instanceof Evidence.Token) {
      return "token";
    }
    return evidence instanceof Evidence.LocalUser ? "user" : "host";
  }
}
