package dev.stepgate.gateway.cli;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.exec.RecordingPiece;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Recordings that a person reads through a gateway; they lie in a directory of 0700 meanwhile. */
final class ReadThroughGateway implements AutoCloseable {

  private final Path directory;
  private final ControlDoor door;
  private final Optional<String> token;

  private ReadThroughGateway(Path directory, ControlDoor door, Optional<String> token) {
    this.directory = directory;
    this.door = door;
    this.token = token;
  }

  /**
   * Connects.
   *
   * @param tokens where the person's ID token is, if it is named
   */
  static ReadThroughGateway open(Path socket, TokenOptions tokens) throws Failure, IOException {
    ControlDoor door = PersonOptions.connect(socket);
    try {
      Optional<String> token = PersonOptions.token(tokens, socket, door, System.getenv());
      return new ReadThroughGateway(Files.createTempDirectory("stepgate-read-"), door, token);
    } catch (Failure | IOException e) {
      door.close();
      throw e;
    }
  }

  /** The lines files of a session's recordings, or of the one of that number. */
  List<Path> files(String session, Optional<Integer> number) throws Failure, IOException {
    RecordingPiece all = door.read(token, new RecordingPiece.Wanted(session, 0, false, 0));
    List<Path> files = new ArrayList<>();
    for (int recording : all.recordings()) {
      if (number.isEmpty() || number.get() == recording) {
        // The lines first: what they point to was written before them.
        files.add(copy(all.session(), recording, false));
        copy(all.session(), recording, true);
      }
    }
    if (files.isEmpty()) {
      throw new Failure(
          ExitCode.BAD,
          number.isPresent()
              ? "there is no recording " + number.get()
              : "session " + all.session() + " has no recording: no client connected");
    }
    return files;
  }

  private Path copy(String session, int recording, boolean bodies) throws Failure, IOException {
    Path file =
        directory.resolve(
            String.format(Locale.ROOT, "%04d.%s", recording, bodies ? "bodies" : "jsonl"));
    try (OutputStream out = Files.newOutputStream(file)) {
      long at = 0;
      while (true) {
        byte[] piece =
            door.read(token, new RecordingPiece.Wanted(session, recording, bodies, at)).bytes();
        if (piece.length == 0) {
          return file;
        }
        out.write(piece);
        at += piece.length;
      }
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
