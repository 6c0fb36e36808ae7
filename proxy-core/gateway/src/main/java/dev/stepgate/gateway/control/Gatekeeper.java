package dev.stepgate.gateway.control;

import dev.stepgate.gateway.Failure;
import dev.stepgate.job.Endpoint;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.session.SessionId;
import java.util.List;

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

  /** A session that was opened. */
  interface Served {

    /** Its name. */
    SessionId id();

    /** Its endpoints, in the order asked. */
    List<Endpoint> endpoints();

    /** Ends it in order. */
    Seal seal() throws Failure;

    /** Ends it because whoever opened it is gone; {@code reason} is a sentence. */
    void interrupt(String reason) throws Failure;
  }
}
