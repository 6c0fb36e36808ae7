package dev.stepgate.evidence;

import dev.stepgate.audit.note.Note;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * {@code recordings/<session>/seal.checkpoint}: the signed checkpoint whose size and root the seal
 * line carries, so that a bundle can prove that the log goes on from there.
 */
public final class SealFile {

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private SealFile() {}

  /**
   * Keeps the checkpoint, in one step.
   *
   * @param state the state directory
   * @param session the session's ULID; its directory is made if it has no recordings
   */
  public static void write(Path state, String session, Note checkpoint) throws IOException {
    Path directory = state.resolve(StateFiles.RECORDINGS).resolve(session);
    Files.createDirectories(directory, OWNER_ONLY);
    Path unfinished = state.resolve(session + "." + StateFiles.SEAL + ".new");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(checkpoint.encode());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        unfinished,
        directory.resolve(StateFiles.SEAL),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
