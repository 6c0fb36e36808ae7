package dev.stepgate.admission;

import dev.stepgate.approval.Answer;
import dev.stepgate.approval.Binding;
import dev.stepgate.approval.Desk;
import dev.stepgate.approval.Notes;
import dev.stepgate.approval.Question;
import dev.stepgate.approval.Reaching;
import dev.stepgate.approval.Request;
import dev.stepgate.approval.Ticket;
import dev.stepgate.approval.Wait;
import dev.stepgate.operation.Operation;
import dev.stepgate.policy.Decision;
import dev.stepgate.recording.EvidenceException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An operation that people have to agree to before it may be forwarded. Confined to the thread of
 * its entry; nothing here blocks. Ends once: by {@link #refuse}, {@link #skip}, {@link #abandon},
 * or by an admission that it tells.
 *
 * <pre>
 *   ask --durable--> asked --enough agree--> approved --release, judged again, used--> Permit
 *                      |                        |
 *                      '--rejected, expired-----'--another verdict, another digest---> Refusal
 * </pre>
 */
public final class Waiting implements Admission {

  /** What becomes of it, told on the thread that asked. */
  public interface Listener {

    /** People can see it now. Told once, first. */
    void asked(Asked asked);

    /** Enough people agreed: say by {@link Waiting#release} what would run now. */
    void approved();

    /** It will not be forwarded. */
    void refused(Refusal refusal);
  }

  private final Entry entry;
  private final long number;
  private final Operation operation;
  private final Decision decision;
  private Listener listener;
  private Ticket ticket;
  private Request request;
  private int noted;
  private boolean over;

  Waiting(Entry entry, long number, Operation operation, Decision decision) {
    this.entry = entry;
    this.number = number;
    this.operation = operation;
    this.decision = decision;
  }

  /** The operation's number in its connection. */
  public long operation() {
    return number;
  }

  /**
   * Asks people.
   *
   * @param thread runs what the listener is told on this entry's thread
   */
  public void ask(Shown shown, Listener told, Consumer<Runnable> thread) {
    listener = told;
    Optional<Desk> desk = entry.desk().filter(Desk::isAttended);
    if (desk.isEmpty()) {
      end(refuse(who() + ", and this gateway has no way to ask (stepgate serve has)"));
    } else if (shown.bytes() > Shown.MAX_BYTES) {
      end(
          refuse(
              who()
                  + ", and it is too large to be shown: "
                  + shown.bytes()
                  + " bytes, at most "
                  + Shown.MAX_BYTES));
    } else {
      ticket = desk.get().ask(question(shown), new Told(), thread);
    }
  }

  private Question question(Shown shown) {
    Decision.Ask ask = decision.ask();
    return new Question(
        entry.session(),
        entry.connection().target(),
        number,
        entry.reference(number),
        decision.rule(),
        decision.reason(),
        ask.from(),
        ask.count(),
        ask.within(),
        entry.digest(),
        operation.kind().word(),
        shown.statement(),
        shown.parameters(),
        Reaching.lines(operation),
        shown.transaction(),
        digest(operation, shown));
  }

  private String digest(Operation what, Shown shown) {
    return Binding.of(
        entry.connection().target(),
        what.kind().word(),
        shown.prepared(),
        shown.request(),
        entry.session().bearer(),
        entry.digest(),
        Reaching.lines(what));
  }

  /** What the client is told now; null before it was asked. */
  public Asked asked() {
    if (request == null) {
      return null;
    }
    Duration left = Duration.between(entry.now(), request.expires());
    return new Asked(
        request.id(),
        request.from(),
        request.count(),
        request.agreed(),
        left.isNegative() ? Duration.ZERO : left,
        entry.reference(number));
  }

  /** Looks at the clock. To be called about once a second. */
  public void look() {
    if (ticket != null && !over) {
      ticket.look();
    }
  }

  /** Tells people what the server expects, in a sentence. */
  public void expecting(String rows) {
    if (ticket != null && !over) {
      ticket.expecting(rows);
    }
  }

  /**
   * After {@link Listener#approved}: judges again what would run now, and uses the approval up.
   *
   * @param now the operation, looked at anew
   * @param shown the bytes that would be forwarded now
   * @param then told, on this thread, the permit or the refusal; what has the permit is to be
   *     forwarded at once
   */
  public void release(Operation now, Shown shown, Consumer<Admission> then) {
    Decision again = entry.decide(now);
    if (again.verdict() == Decision.Verdict.DENY) {
      ticket.cancel("a rule refuses it by now");
      then.accept(ended(Refusal.Code.FORBIDDEN, again.rule(), again.reason(), "refused"));
      return;
    }
    ticket.use(
        digest(now, shown),
        why -> {
          if (!over) {
            then.accept(used(now, why));
          }
        });
  }

  // Rules may have been reloaded while the disk was waited for: they are asked once more.
  private Admission used(Operation now, Optional<String> why) {
    if (why.isPresent()) {
      return ended(Refusal.Code.FORBIDDEN, decision.rule(), why.get(), "refused");
    }
    Decision last = entry.decide(now);
    if (last.verdict() == Decision.Verdict.DENY || !entry.digest().equals(request.policy())) {
      String reason =
          last.verdict() == Decision.Verdict.DENY
              ? last.reason()
              : "the rules have changed since it was approved";
      return ended(Refusal.Code.FORBIDDEN, last.rule(), reason, "refused");
    }
    try {
      over = true;
      entry.note(Notes.KIND, body(Notes.ended(number, request, "used", "it runs")));
      return entry.approved(number);
    } catch (EvidenceException e) {
      return entry.lost(number, e);
    }
  }

  /** The client asked for it to be cancelled. */
  public Refusal cancel() {
    stop("the client cancelled it");
    return ended(
        Refusal.Code.CANCELLED,
        decision.rule(),
        "cancelled while it waited for approval",
        "cancelled");
  }

  /** Nobody can be asked at this point of the conversation. */
  public Refusal refuse(String sentence) {
    stop("it could not be asked");
    return ended(Refusal.Code.FORBIDDEN, decision.rule(), sentence, "refused");
  }

  /** As {@link #refuse}, where the operation cannot wait. */
  public Refusal refuseHere() {
    return refuse(who() + ", and cannot wait for it within another operation");
  }

  /** The server would not run it, because of an earlier error. */
  public void skip() {
    stop("an operation before it failed");
    if (!over) {
      over = true;
      noteEnd("cancelled", "an operation before it failed");
      entry.skip(number);
    }
  }

  /** The connection is over. Nothing of it reached the server. */
  public void abandon(String reason) {
    stop(reason);
    if (!over) {
      ended(Refusal.Code.CANCELLED, decision.rule(), reason, "cancelled");
    }
  }

  private void stop(String because) {
    if (ticket != null) {
      ticket.cancel(because);
    }
  }

  private void end(Refusal refusal) {
    listener.refused(refusal);
  }

  private Refusal ended(Refusal.Code code, String rule, String sentence, String how) {
    over = true;
    try {
      noteEnd(how, sentence);
      return entry.refuse(code, number, rule, plain(sentence));
    } catch (EvidenceException e) {
      return entry.lost(number, e);
    }
  }

  private void noteEnd(String how, String why) {
    if (request != null) {
      entry.note(Notes.KIND, body(Notes.ended(number, request, how, why)));
    }
  }

  private String who() {
    return "needs an approval by " + String.join(" or ", decision.ask().from());
  }

  private static ByteBuffer body(byte[] json) {
    return ByteBuffer.wrap(json);
  }

  /** What people wrote stands on one line, and moves no cursor. */
  private static String plain(String sentence) {
    StringBuilder line = new StringBuilder();
    sentence
        .codePoints()
        .map(point -> Character.isISOControl(point) || hidden(point) ? '?' : point)
        .forEach(line::appendCodePoint);
    return line.toString();
  }

  private static boolean hidden(int point) {
    int type = Character.getType(point);
    return type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }

  /** What the desk says. */
  private final class Told implements Wait {

    @Override
    public void asked(Request now) {
      note(() -> entry.note(Notes.KIND, body(Notes.asked(number, now))), now);
      if (!over) {
        listener.asked(Waiting.this.asked());
      }
    }

    @Override
    public void agreed(Request now) {
      note(() -> {}, now);
    }

    @Override
    public void approved(Request now) {
      note(() -> {}, now);
      if (!over) {
        listener.approved();
      }
    }

    @Override
    public void ended(Request now) {
      note(() -> {}, now);
      if (!over) {
        stop(now.why());
        end(
            Waiting.this.ended(
                Refusal.Code.FORBIDDEN, decision.rule(), sentence(now), now.state().word()));
      }
    }

    @Override
    public void failed(String sentence) {
      if (!over) {
        end(refuse(who() + "; " + sentence));
      }
    }

    /** Records who has answered since last told; what cannot be recorded ends the connection. */
    private void note(Runnable first, Request now) {
      request = now;
      try {
        first.run();
        List<Answer> answers = now.answers();
        for (; noted < answers.size(); noted++) {
          entry.note(Notes.KIND, body(Notes.answered(number, now, answers.get(noted))));
        }
      } catch (EvidenceException e) {
        stop("evidence cannot be written");
        over = true;
        end(entry.lost(number, e));
      }
    }

    private String sentence(Request now) {
      return switch (now.state()) {
        case REJECTED -> rejection(now.answers().get(now.answers().size() - 1));
        case EXPIRED ->
            "nobody of " + String.join(", ", now.from()) + " has approved " + now.id() + " in time";
        default -> "the approval " + now.id() + " is " + now.state().word();
      };
    }

    private String rejection(Answer answer) {
      return "rejected by "
          + answer.name()
          + (answer.reason().isEmpty() ? "" : ": " + answer.reason());
    }
  }
}
