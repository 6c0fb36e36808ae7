package dev.stepgate.gateway.control;

import dev.stepgate.event.Event;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.Recognised;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.gateway.view.RecordingPieces;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.SessionId;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A gatekeeper that notes what it is asked. */
final class NotingGatekeeper implements Gatekeeper {

  final BlockingQueue<Event> refused = new LinkedBlockingQueue<>();
  final BlockingQueue<JobContext> jobs = new LinkedBlockingQueue<>();
  final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
  final CountDownLatch opening = new CountDownLatch(1);
  final CountDownLatch verifying = new CountDownLatch(16);
  CountDownLatch mayOpen = new CountDownLatch(0);
  volatile CountDownLatch mayVerify = new CountDownLatch(0);
  String refusal;
  Error broken;
  int personUid = -1;
  boolean mayRead = true;
  RecordingPieces pieces;
  String sealFailure;
  SignInTerms terms;
  PeoplesDesk desk;

  @Override
  public String name() {
    return "test";
  }

  @Override
  public Served open(JobContext job, List<String> connections) throws Failure {
    opening.countDown();
    try {
      if (job.evidence() instanceof Evidence.Token) {
        verifying.countDown();
        mayVerify.await(30, TimeUnit.SECONDS);
      }
      mayOpen.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (broken != null) {
      throw broken;
    }
    if (refusal != null) {
      throw new Failure(ExitCode.REFUSED, refusal);
    }
    jobs.add(job);
    SessionId id = SessionId.create(1, new SecureRandom());
    return new Served() {
      @Override
      public SessionId id() {
        return id;
      }

      @Override
      public String who() {
        return "acme/orders@4f1c by alice (verified)";
      }

      @Override
      public List<String> modes() {
        return connections.stream().map(name -> "enforce").toList();
      }

      @Override
      public List<Endpoint> endpoints() {
        return connections.stream()
            .map(
                name ->
                    new Endpoint(
                        name, "postgresql", "127.0.0.1", 1, "u", "t0ken", "d", Optional.empty()))
            .toList();
      }

      @Override
      public Seal seal() throws Failure {
        if (sealFailure != null) {
          throw new Failure(ExitCode.GATEWAY, sealFailure);
        }
        ended.add("sealed");
        return NotingGatekeeper.this.seal(id);
      }

      @Override
      public void interrupt(String reason) {
        ended.add("interrupted: " + reason);
      }
    };
  }

  @Override
  public Recognised look(JobContext job, boolean anyHolder) {
    return job.evidence() instanceof Evidence.Token
        ? Recognised.refused("token-expired", "too late")
        : new Recognised(
            "",
            "",
            "user ci",
            "user",
            new TreeMap<>(Map.of("user", "ci")),
            List.of(),
            List.of("orders-db"));
  }

  @Override
  public RecognisedPerson person(OsUser user, Optional<String> token) {
    return new RecognisedPerson(
        "", "", token.orElse(user.name()), "local", "7", List.of("dba"), mayRead);
  }

  @Override
  public Optional<SignInTerms> signIn() {
    return Optional.ofNullable(terms);
  }

  @Override
  public boolean namesPerson(OsUser user) {
    return user.uid() == personUid;
  }

  @Override
  public RecordingPiece read(RecordingPiece.Wanted wanted) throws Failure {
    return pieces.read(wanted);
  }

  @Override
  public PeoplesDesk approvals() {
    return desk;
  }

  @Override
  public void refused(Event event) {
    refused.add(event);
  }

  Seal seal(SessionId id) {
    return new Seal(id, 2, 1, 0, "/r", "aa", "stepgate/test", 9, "bb");
  }
}
