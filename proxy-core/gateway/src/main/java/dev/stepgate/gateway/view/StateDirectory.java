package dev.stepgate.gateway.view;

import dev.stepgate.audit.LogException;
import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.TilePath;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gateway's state directory, read only. What the log says is shown here, and judged by verify.
 */
public final class StateDirectory {

  private final Path state;

  /** The directory {@code state}. */
  public StateDirectory(Path state) {
    this.state = state;
  }

  /** Where it is. */
  public Path path() {
    return state;
  }

  /** All sessions, in the order of the log. */
  public List<LoggedSession> sessions() throws Failure {
    if (!Files.isDirectory(state)) {
      throw new Failure(ExitCode.BAD, PlainText.escape(state.toString()) + " is no directory");
    }
    if (!Files.exists(state.resolve("log").resolve("checkpoint"))) {
      return List.of(); // no gateway has written anything yet
    }
    try {
      return read(new LogReader(state.resolve("log")));
    } catch (MalformedException | LogException e) {
      throw new Failure(
          ExitCode.BAD,
          "the log cannot be read: "
              + PlainText.escape(e.getMessage())
              + "; stepgate verify says what is wrong with it");
    }
  }

  private static List<LoggedSession> read(LogReader log) {
    long size = Checkpoint.parse(Note.parse(log.checkpoint()).text()).size();
    Map<String, LoggedSession> sessions = new LinkedHashMap<>();
    for (long bundle = 0; bundle * TilePath.WIDTH < size; bundle++) {
      for (byte[] bytes : log.entries(bundle, LogReader.widthOf(bundle, size))) {
        Leaf leaf = Leaf.decode(bytes);
        if (leaf instanceof SessionOpened opened) {
          sessions.put(opened.session(), new LoggedSession(opened, Optional.empty()));
        } else if (leaf instanceof SessionEnded ended) {
          sessions.computeIfPresent(
              ended.session(),
              (id, session) -> new LoggedSession(session.opened(), Optional.of(ended)));
        }
      }
    }
    return List.copyOf(sessions.values());
  }

  /**
   * The session that a person means: its whole id, the {@code sg-XXXX} of a message, or as much of
   * the id's beginning or end as no other session has.
   */
  public LoggedSession find(String reference) throws Failure {
    String wanted = wanted(reference);
    List<LoggedSession> found =
        sessions().stream()
            .filter(session -> session.id().startsWith(wanted) || session.id().endsWith(wanted))
            .toList();
    if (wanted.isEmpty() || found.isEmpty()) {
      throw new Failure(ExitCode.BAD, "there is no session " + PlainText.escape(reference));
    }
    if (found.size() > 1) {
      throw new Failure(
          ExitCode.BAD,
          "there are "
              + found.size()
              + " sessions "
              + PlainText.escape(reference)
              + ": "
              + String.join(", ", found.stream().limit(5).map(LoggedSession::id).toList()));
    }
    return found.get(0);
  }

  /** What of a session's id a reference holds: {@code 7QK2} of {@code sg-7QK2:17}. */
  public static String wanted(String reference) {
    String text = reference.startsWith("sg-") ? reference.substring(3) : reference;
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  /** The directory of a session's recordings; it need not be there. */
  public Path directory(String session) {
    return state.resolve("recordings").resolve(new SessionId(session).value());
  }

  /** The lines files of a session's recordings, by number. */
  public List<Path> recordings(String session) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory(session))) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(directory(session), "[0-9]*.jsonl")) {
        found.forEach(files::add);
      }
    }
    files.sort((a, b) -> Long.compare(number(a), number(b)));
    return files;
  }

  private static long number(Path file) {
    String name = file.getFileName().toString();
    String digits = name.substring(0, name.indexOf('.'));
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : Long.MAX_VALUE;
  }
}
