package dev.stepgate.approval;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps requests. The embedded one is {@link RequestFiles}; gateways of one deployment can share
 * another, so that any of them may answer. What a method wrote is durable when it returns.
 * Thread-safe; methods block.
 */
public interface RequestStore {

  /**
   * Keeps a new one.
   *
   * @return whether its id was free; else nothing was done
   * @throws IOException if it cannot be written; it is then as if it had never been
   */
  boolean add(Request request) throws IOException;

  /** The one of that id, also if it has ended. */
  Optional<Request> find(String id) throws IOException;

  /** Those that have not ended. */
  List<Request> open() throws IOException;

  /** Those that ended last, the latest first. */
  List<Request> ended(int most) throws IOException;

  /**
   * Puts {@code after} in the place of the version before it.
   *
   * @return whether that was the one that is there; else nothing was done
   * @throws IOException if it is not sure to be durable; what is there is then the one or the other
   */
  boolean replace(Request after) throws IOException;
}
