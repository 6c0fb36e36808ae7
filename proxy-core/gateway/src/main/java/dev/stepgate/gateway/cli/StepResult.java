package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.exec.SessionDoor;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The machine-readable file of {@code exec --json}: one JSON object, written when all is over. The
 * file is made anew before the command begins, and kept open, so that nothing that the command puts
 * in its place is written to.
 */
final class StepResult implements AutoCloseable {

  private final OutputStream file;
  private final ObjectNode result = SessionJson.JSON.createObjectNode();

  private StepResult(OutputStream file) {
    this.file = file;
  }

  /**
   * Makes the file; one that was there is removed.
   *
   * @throws Failure if that cannot be, or something else than a file is there
   */
  static StepResult into(Path path) throws Failure {
    try {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("is there and no regular file");
      }
      Files.deleteIfExists(path);
      return new StepResult(
          Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.USAGE,
          "--json " + PlainText.escape(path.toString()) + ": " + PlainText.escape(e.getMessage()));
    }
  }

  /** {@code door}, with what happens there noted. */
  SessionDoor noting(SessionDoor door) {
    return new Noting(door);
  }

  void exit(int code) {
    result.put("exit", code);
  }

  void failure(Failure failure) {
    exit(failure.code());
    result.put("failure", failure.getMessage());
  }

  /** Writes it. */
  @Override
  public void close() throws IOException {
    try (file) {
      file.write((result + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private void opened(SessionDoor.Opened session, List<String> connections) {
    result.put("session", session.id().value());
    connections.forEach(result.putArray("connections")::add);
    result.put("who", session.who());
    result.put("isolation", session.isolation().word());
  }

  private void sealed(Seal seal) {
    result
        .put("operations", seal.operations())
        .put("refused", seal.refused())
        .put("masked", seal.masked())
        .put("recording", seal.recording())
        .put("heads", seal.heads())
        .put("origin", seal.origin())
        .put("size", seal.size())
        .put("root", seal.root())
        .put("proof", seal.proof());
  }

  private final class Noting implements SessionDoor {

    private final SessionDoor door;

    Noting(SessionDoor door) {
      this.door = door;
    }

    @Override
    public Opened open(
        Optional<String> token, Map<String, String> claimed, List<String> connections)
        throws Failure {
      Opened session = door.open(token, claimed, connections);
      opened(session, connections);
      return new NotingSession(session);
    }

    @Override
    public Set<String> secretVariables() {
      return door.secretVariables();
    }

    @Override
    public void close() throws Failure {
      door.close();
    }
  }

  private final class NotingSession implements SessionDoor.Opened {

    private final SessionDoor.Opened session;

    NotingSession(SessionDoor.Opened session) {
      this.session = session;
    }

    @Override
    public SessionId id() {
      return session.id();
    }

    @Override
    public String who() {
      return session.who();
    }

    @Override
    public List<String> modes() {
      return session.modes();
    }

    @Override
    public Isolation isolation() {
      return session.isolation();
    }

    @Override
    public StepEnvironment environment() {
      return session.environment();
    }

    @Override
    public Seal seal() throws Failure {
      Seal seal = session.seal();
      sealed(seal);
      return seal;
    }
  }
}
