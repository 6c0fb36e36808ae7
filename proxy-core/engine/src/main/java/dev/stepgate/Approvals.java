package dev.stepgate;

import dev.stepgate.approval.Answer;
import dev.stepgate.approval.AnswerRefused;
import dev.stepgate.approval.Desk;
import dev.stepgate.approval.Request;
import dev.stepgate.approval.RequestFiles;
import dev.stepgate.event.Event;
import dev.stepgate.event.EventLog;
import dev.stepgate.session.Person;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What people are asked here, and their answers; each answer and each refused attempt is in the
 * gateway's events. Whoever calls has made sure that a {@link Person} is one, as {@link People}
 * does. Thread-safe; methods block on the disk.
 */
public final class Approvals {

  private static final long KEPT_SECONDS = 1;

  private final EventLog events;
  private final RequestFiles files;
  private final ThreadPoolExecutor worker;
  private final Desk desk;

  Approvals(Path state, EventLog events, InstantSource clock) throws IOException {
    this.events = events;
    this.files = RequestFiles.open(state);
    // A thread only while there is something to write.
    this.worker =
        new ThreadPoolExecutor(
            1,
            1,
            KEPT_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "stepgate-approvals");
              thread.setDaemon(true);
              return thread;
            });
    worker.allowCoreThreadTimeOut(true);
    this.desk = new Desk(files, clock, worker);
  }

  Desk desk() {
    return desk;
  }

  /** Whoever runs this gateway has a way for people to answer: from now on they are asked. */
  public void attend() {
    desk.attend();
  }

  /** What was found that is no request, as sentences. */
  List<String> warnings() {
    return files.warnings();
  }

  /**
   * The requests that a person may answer, the oldest first.
   *
   * @param endedToo whether those that ended last follow, the latest first
   */
  public List<Request> list(Person person, boolean endedToo) throws AnswerRefused {
    return desk.list(person, endedToo);
  }

  /** One of them. */
  public Request show(Person person, String by, String id) throws AnswerRefused {
    try {
      return desk.show(person, id);
    } catch (AnswerRefused e) {
      refused(person, by, id, "show", e);
      throw e;
    }
  }

  /**
   * A person's answer; it counts once this returns.
   *
   * @param by the user of the process that answers, as {@code name(uid)}
   * @param reason in the person's words, or the empty string
   * @return the request as it is now
   */
  public Request answer(Person person, String by, String id, boolean approve, String reason)
      throws AnswerRefused {
    try {
      Request request = desk.answer(person, by, id, approve, reason);
      events.recordNow(answered(request));
      return request;
    } catch (AnswerRefused e) {
      refused(person, by, id, approve ? "approve" : "reject", e);
      throw e;
    }
  }

  private static Event answered(Request request) {
    Answer answer = request.answers().get(request.answers().size() - 1);
    return Event.of("approval-answered")
        .with("id", request.id())
        .with("verdict", answer.verdict())
        .with("person", answer.issuer() + " " + answer.subject())
        .with("name", answer.name())
        .with("groups", answer.groups())
        .with("by", answer.by())
        .with("reason", answer.reason())
        .with("state", request.state().word())
        .with("session", request.session())
        .with("operation", request.operation())
        .with("connection", request.connection())
        .with("digest", request.digest())
        .build();
  }

  private void refused(Person person, String by, String id, String wanted, AnswerRefused e) {
    events.recordNow(
        Event.of("approval-refused")
            .with("id", id)
            .with("wanted", wanted)
            .with("code", e.code().word())
            .with("reason", e.getMessage())
            .with("person", person.issuer() + " " + person.subject())
            .with("name", person.name())
            .with("by", by)
            .build());
  }

  /** Writes what is to be written, and leaves no thread behind. */
  void close() {
    worker.shutdown();
    boolean interrupted = false;
    while (!worker.isTerminated()) {
      try {
        worker.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
