package dev.stepgate.gateway.control;

import dev.stepgate.event.Event;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.Recognised;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.SessionId;
import java.util.List;
import java.util.Optional;

/** What the control socket opens sessions at. Thread-safe; calls may block. */
public interface Gatekeeper {

  /** The gateway's name. */
  String name();

  /**
   * Opens a session.
   *
   * @throws Failure if it is not opened, with the reason
   */
  Served open(JobContext job, List<String> connections) throws Failure;

  /**
   * What the gateway makes of a job's evidence; opens nothing.
   *
   * @param anyHolder whether also of a token that another has presented: root's
   */
  Recognised look(JobContext job, boolean anyHolder);

  /**
   * The person that a user of this machine is, or that a token is about.
   *
   * @param token what was shown; then it alone counts
   */
  RecognisedPerson person(OsUser user, Optional<String> token);

  /** Where people sign in, if anywhere. */
  Optional<SignInTerms> signIn();

  /** Whether the configuration names this user as a person. */
  boolean namesPerson(OsUser user);

  /**
   * A piece of a recording; to be asked only for a person who may read.
   *
   * @throws Failure if it is not there
   */
  RecordingPiece read(RecordingPiece.Wanted wanted) throws Failure;

  /** What people are asked; to be asked only for people. */
  PeoplesDesk approvals();

  /** Takes a refusal of the socket's own into the gateway's events. */
  void refused(Event event);

  /** A session that was opened. */
  interface Served {

    /** Its name. */
    SessionId id();

    /** Who it is for, in words for a build log; not escaped. */
    String who();

    /** How the rules of its connections count, in the order asked. */
    List<String> modes();

    /** Its endpoints, in the order asked. */
    List<Endpoint> endpoints();

    /** Ends it in order. */
    Seal seal() throws Failure;

    /** Ends it because whoever opened it is gone; {@code reason} is a sentence. */
    void interrupt(String reason) throws Failure;
  }
}
