package dev.stepgate.gateway.control;

import dev.stepgate.event.Event;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.control.ControlMessages.MalformedLine;
import dev.stepgate.gateway.control.ControlMessages.Request;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.job.Claims;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.Isolation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a control connection may say when: {@code open} once, then {@code seal}; {@code status} at
 * any time. Whatever ends the connection in between ends its session as interrupted.
 */
final class ControlTurns {

  private final Gatekeeper gatekeeper;
  private final Admittance admittance;
  private final Executor workers;
  private final Executor tokenWorkers;
  private final Executor selecting;
  private final Duration requestTimeout;
  private final PersonDoor people;
  private final ApprovalTurns approvals;
  private final AtomicInteger sessions = new AtomicInteger();

  /**
   * Takes requests on the thread of {@code selecting}, and does what blocks on {@code workers}.
   *
   * @param tokenWorkers does what may wait for an issuer
   * @param requestTimeout how long a connection may owe a request
   */
  ControlTurns(
      Gatekeeper gatekeeper,
      Admittance admittance,
      Executor workers,
      Executor tokenWorkers,
      Executor selecting,
      Duration requestTimeout) {
    this.gatekeeper = gatekeeper;
    this.admittance = admittance;
    this.people = new PersonDoor(gatekeeper, admittance);
    this.approvals = new ApprovalTurns(gatekeeper);
    this.workers = workers;
    this.tokenWorkers = tokenWorkers;
    this.selecting = selecting;
    this.requestTimeout = requestTimeout;
  }

  Duration requestTimeout() {
    return requestTimeout;
  }

  int sessions() {
    return sessions.get();
  }

  void take(ControlConnection connection, byte[] line) throws MalformedLine {
    Request request = ControlMessages.request(line);
    boolean open = request.verb().equals("open");
    boolean seal = request.verb().equals("seal");
    if (open && connection.hasSession()) {
      throw new MalformedLine("this connection has a session already");
    }
    if (seal && !connection.hasSession()) {
      throw new MalformedLine("this connection has no session");
    }
    Gatekeeper.Served session = connection.session();
    connection.busy(true);
    Executor executor = request.token().isPresent() ? tokenWorkers : workers;
    executor.execute(
        () -> {
          try {
            if (seal) {
              seal(connection, session);
            } else {
              admitted(connection, request);
            }
          } catch (RuntimeException | Error e) {
            // Whatever failed (no thread to be had, for one), the peer must not wait for ever.
            later(connection, "failed", "the gateway failed: " + e);
          }
        });
  }

  private void admitted(ControlConnection connection, Request request) {
    Optional<OsUser> user = ControlConnection.user(connection.peer());
    if (user.isPresent() && request.wanted().isPresent()) {
      read(connection, user.get(), request.token(), request.wanted().get());
    } else if (user.isPresent() && request.about().isPresent()) {
      approval(connection, user.get(), request.token(), request.about().get());
    } else if (user.isPresent() && request.verb().equals("person")) {
      person(connection, user.get(), request.token());
    } else if (user.isPresent() && request.verb().equals("sign_in")) {
      signIn(connection, user.get());
    } else if (user.isEmpty() || !admittance.admits(user.get())) {
      refused(connection, user, "forbidden", "this user may not open sessions here");
    } else if (request.verb().equals("whoami")) {
      look(connection, new Peer(user.get()), request);
    } else if (request.verb().equals("open")) {
      open(connection, new Peer(user.get()), request);
    } else {
      byte[] status = ControlMessages.status(gatekeeper.name(), sessions.get());
      selecting.execute(() -> answer(connection, status, !connection.hasSession()));
    }
  }

  private void open(ControlConnection connection, Peer peer, Request request) {
    if (request.step().isPresent() && !peer.isRoot()) {
      refused(connection, Optional.of(peer.user()), "malformed", "step_uid is root's to give");
      return;
    }
    Optional<Isolation> isolation = admittance.isolation(peer, request.step());
    if (isolation.isEmpty()) {
      refused(
          connection,
          Optional.of(peer.user()),
          "isolation",
          "the step would run as root or as this gateway's own user, where it could read the"
              + " gateway's memory");
      return;
    }
    int step = request.step().orElse(peer.user().uid());
    Optional<String> wrong = OsUser.numbered(step).flatMap(people::wrongWithStep);
    if (wrong.isPresent()) {
      refused(connection, Optional.of(peer.user()), "person", wrong.get());
      return;
    }
    String by =
        peer.user().label() + request.step().map(uid -> " for a step of user " + uid).orElse("");
    JobContext job =
        new JobContext(
            by,
            isolation.get(),
            evidence(peer, request),
            Optional.of(step),
            Claims.from(request.claimed()));
    people.stepBegins(step); // before it is there: it must not be a person for a moment
    boolean begun = false;
    try {
      Gatekeeper.Served served = gatekeeper.open(job, request.connections());
      begun = true;
      sessions.incrementAndGet();
      selecting.execute(() -> opened(connection, served, step, isolation.get()));
    } catch (Failure e) {
      later(connection, "refused", e.getMessage());
    } finally {
      if (!begun) {
        people.stepEnded(step);
      }
    }
  }

  // A token, where there is one, is all that counts: one proof, never a mixture.
  private static Evidence evidence(Peer peer, Request request) {
    return request
        .token()
        .<Evidence>map(Evidence.Token::new)
        .orElse(new Evidence.LocalUser(peer.user().name(), peer.user().uid()));
  }

  private void look(ControlConnection connection, Peer peer, Request request) {
    JobContext job =
        new JobContext(peer.user().label(), Isolation.NONE, evidence(peer, request), Map.of());
    try {
      byte[] line = WhoamiMessages.recognised(gatekeeper.look(job, peer.isRoot()));
      selecting.execute(() -> answer(connection, line, !connection.hasSession()));
    } catch (RuntimeException e) {
      later(connection, "failed", "the gateway failed: " + e);
    }
  }

  private void person(ControlConnection connection, OsUser user, Optional<String> token) {
    try {
      RecognisedPerson found = recognised(user, token);
      byte[] line = PersonMessages.person(found);
      selecting.execute(() -> answer(connection, line, !connection.hasSession()));
    } catch (RuntimeException e) {
      later(connection, "failed", "the gateway failed: " + e);
    }
  }

  // No job is told to sign in: what it then kept, its steps could read.
  private void signIn(ControlConnection connection, OsUser user) {
    Optional<RecognisedPerson> job = people.job(user);
    Optional<SignInTerms> terms = gatekeeper.signIn();
    if (job.isPresent()) {
      told(user, job.get());
      later(connection, "forbidden", "only people sign in here: " + job.get().sentence());
    } else if (terms.isEmpty()) {
      later(connection, "refused", "people.sign_in is not configured: nobody signs in here");
    } else {
      byte[] line = PersonMessages.terms(terms.get());
      selecting.execute(() -> answer(connection, line, !connection.hasSession()));
    }
  }

  private void approval(
      ControlConnection connection,
      OsUser user,
      Optional<String> token,
      ApprovalMessages.Wanted wanted) {
    try {
      byte[] line = approvals.answer(user, recognised(user, token), wanted);
      selecting.execute(() -> answer(connection, line, false));
    } catch (ApprovalTurns.Refused e) {
      later(connection, e.code(), e.getMessage());
    } catch (RuntimeException e) {
      later(connection, "failed", "the gateway failed: " + e);
    }
  }

  private RecognisedPerson recognised(OsUser user, Optional<String> token) {
    return told(user, people.person(user, token));
  }

  private RecognisedPerson told(OsUser user, RecognisedPerson found) {
    if (!found.accepted()) {
      gatekeeper.refused(
          Event.of("person-refused")
              .with("code", found.code())
              .with("reason", found.sentence())
              .with("by", user.label())
              .build());
    }
    return found;
  }

  // Who may not read is not told either whether there is such a session.
  private void read(
      ControlConnection connection,
      OsUser user,
      Optional<String> token,
      RecordingPiece.Wanted wanted) {
    try {
      RecognisedPerson found = recognised(user, token);
      if (!found.accepted()) {
        later(connection, "forbidden", "only people read recordings here: " + found.sentence());
      } else if (!found.mayRead()) {
        refused(
            connection,
            Optional.of(user),
            "forbidden",
            "people.readers names no group that " + found.name() + " is in");
      } else {
        byte[] line = PersonMessages.piece(gatekeeper.read(wanted));
        if (connection.beginsToRead(wanted.session())) {
          gatekeeper.refused(
              Event.of("recordings-read")
                  .with("person", found.issuer() + " " + found.subject())
                  .with("by", user.label())
                  .with("session", wanted.session())
                  .build());
        }
        selecting.execute(() -> answer(connection, line, false));
      }
    } catch (Failure e) {
      later(connection, "refused", e.getMessage());
    } catch (RuntimeException e) {
      later(connection, "failed", "the gateway failed: " + e);
    }
  }

  // What no session was asked for yet stands in no session's refusal.
  private void refused(
      ControlConnection connection, Optional<OsUser> user, String code, String message) {
    gatekeeper.refused(
        Event.of("request-refused")
            .with("code", code)
            .with("reason", message)
            .with("by", user.map(OsUser::label).orElse("unknown"))
            .build());
    later(connection, code, message);
  }

  private void opened(
      ControlConnection connection, Gatekeeper.Served served, int step, Isolation isolation) {
    connection.session(served, step);
    if (connection.ended()) {
      end(connection, "its control connection was closed");
      return;
    }
    answer(connection, ControlMessages.opened(served, isolation), false);
  }

  private void seal(ControlConnection connection, Gatekeeper.Served session) {
    try {
      Seal seal = session.seal();
      byte[] line = ControlMessages.sealed(seal);
      selecting.execute(
          () -> {
            forget(connection);
            answer(connection, line, true);
          });
    } catch (Failure e) {
      later(connection, "failed", e.getMessage());
    } catch (RuntimeException e) {
      later(connection, "failed", "the gateway failed: " + e);
    }
  }

  // What a connection has left when it ends was not sealed in order. The seal itself may be under
  // way: then interrupting finds it done.
  void end(ControlConnection connection, String reason) {
    Gatekeeper.Served session = connection.session();
    if (session == null) {
      return;
    }
    forget(connection);
    workers.execute(
        () -> {
          try {
            session.interrupt(reason);
          } catch (Failure | RuntimeException e) {
            // The next start of the gateway seals it from its journal.
          }
        });
  }

  private void forget(ControlConnection connection) {
    if (connection.hasSession()) {
      people.stepEnded(connection.step());
      connection.session(null, 0);
      sessions.decrementAndGet();
    }
  }

  private void later(ControlConnection connection, String code, String message) {
    selecting.execute(() -> refuse(connection, code, message));
  }

  /** Says why and closes; a session that the connection has is then interrupted. */
  void refuse(ControlConnection connection, String code, String message) {
    answer(connection, ControlMessages.error(code, message), true);
  }

  private static void answer(ControlConnection connection, byte[] line, boolean last) {
    connection.busy(false);
    connection.send(line, last);
  }
}
