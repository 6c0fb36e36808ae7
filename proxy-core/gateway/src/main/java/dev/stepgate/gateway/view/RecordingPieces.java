package dev.stepgate.gateway.view;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Reads a state directory's recordings in pieces. */
public final class RecordingPieces {

  /** The longest piece, in bytes: with base64 around it, it stays a string of 64 KiB. */
  public static final int MAX_PIECE = 32 << 10;

  private final StateDirectory state;

  /** Of this state directory. */
  public RecordingPieces(StateDirectory state) {
    this.state = state;
  }

  /**
   * Reads a piece. Blocks on the disk.
   *
   * @throws Failure if there is no such session or recording, or it cannot be read
   */
  public RecordingPiece read(RecordingPiece.Wanted wanted) throws Failure {
    String session = session(wanted.session());
    try {
      List<Integer> numbers =
          state.recordings(session).stream().map(RecordingPieces::number).sorted().toList();
      if (wanted.recording() == 0) {
        return new RecordingPiece(session, numbers, new byte[0]);
      }
      if (!numbers.contains(wanted.recording())) {
        throw new Failure(ExitCode.BAD, "there is no recording " + wanted.recording());
      }
      String name =
          String.format(
              Locale.ROOT, "%04d.%s", wanted.recording(), wanted.bodies() ? "bodies" : "jsonl");
      Path file = state.directory(session).resolve(name);
      return new RecordingPiece(session, numbers, bytes(file, wanted.at()));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.GATEWAY, "the recording cannot be read: " + PlainText.escape("" + e));
    }
  }

  // A whole id names its directory; only for a reference the log has to be read.
  private String session(String reference) throws Failure {
    try {
      String id = new SessionId(reference).value();
      if (Files.isDirectory(state.directory(id))) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // no whole id
    }
    return state.find(reference).id();
  }

  private static int number(Path file) {
    String name = file.getFileName().toString();
    String digits = name.substring(0, name.indexOf('.'));
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
  }

  private static byte[] bytes(Path file, long at) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new byte[0]; // a recording without bodies has no file for them
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      if (at >= channel.size()) {
        return new byte[0];
      }
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(MAX_PIECE, channel.size() - at));
      channel.position(at);
      while (piece.hasRemaining() && channel.read(piece) >= 0) {
        // until it is full
      }
      byte[] read = new byte[piece.position()];
      piece.flip().get(read);
      return read;
    }
  }
}
