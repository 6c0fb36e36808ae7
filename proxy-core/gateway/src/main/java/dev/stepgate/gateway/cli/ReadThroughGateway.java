package dev.stepgate.gateway.cli;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
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
   * @param token the person's ID token; without it the user of this process is who reads
   */
  static ReadThroughGateway open(Path socket, Optional<String> token) throws Failure, IOException {
    ControlDoor door;
    try {
      door = ControlDoor.connect(socket, Optional.empty());
    } catch (IOException e) {
      throw new Failure(
          ExitCode.UNAVAILABLE, "no gateway answers on " + PlainText.escape(socket.toString()));
    }
    return new ReadThroughGateway(Files.createTempDirectory("stepgate-read-"), door, token);
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
