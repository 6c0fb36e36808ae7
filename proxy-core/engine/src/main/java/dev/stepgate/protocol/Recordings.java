package dev.stepgate.protocol;

import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.util.concurrent.Executor;

/** Where the recording of a client connection comes from. Thread-safe. */
@FunctionalInterface
public interface Recordings {

  /**
   * Begins the recording of one client connection. Called on {@code loop}, the event loop that the
   * connection lives on; the recording is used there only.
   *
   * @throws dev.stepgate.recording.EvidenceException if it cannot be begun; the client is turned
   *     away
   */
  Recording begin(Executor loop, Session session, Connection connection);
}
