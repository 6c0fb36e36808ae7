package dev.stepgate.audit;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The last checkpoint that was published under a key, kept beside it: what catches an old state.
 */
final class Memory {

  private static final String HOW_TO_GO_ON =
      "Restore the newest state, or see \"To go on all the same\" in docs/specs/log.md.";

  private final KeyFile key;
  private final Disk disk;
  private byte[] remembered = {};

  Memory(KeyFile key, Disk disk) {
    this.key = key;
    this.disk = disk;
  }

  private Path file() {
    return key.last();
  }

  /** Refuses to begin a log that is remembered to have had leaves. */
  void checkNoLeaves(Path log) throws IOException {
    if (Files.exists(file()) && read().size() > 0) {
      throw new LogException(
          log
              + " holds no checkpoint, but "
              + file()
              + " remembers one over "
              + read().size()
              + " leaves: the log was removed. "
              + HOW_TO_GO_ON);
    }
  }

  /** Refuses a log that is not the remembered one or its continuation. */
  void check(Path log, LogReader reader, Checkpoint now) throws IOException {
    if (!Files.exists(file())) {
      if (now.size() > 0) {
        throw new LogException(
            file()
                + " is missing, so nobody can tell whether the log of "
                + now.size()
                + " leaves in "
                + log
                + " is the newest. "
                + HOW_TO_GO_ON);
      }
      return;
    }
    Checkpoint last = read();
    if (last.size() > now.size()) {
      throw new LogException(
          log
              + " has "
              + now.size()
              + " leaves (root "
              + now.root()
              + "), but "
              + file()
              + " remembers "
              + last.size()
              + " (root "
              + last.root()
              + "): an old state was restored. "
              + HOW_TO_GO_ON);
    }
    Hash root = reader.proofs(now.size()).root(last.size());
    if (!root.equals(last.root())) {
      throw new LogException(
          log
              + " has the root "
              + root
              + " over its first "
              + last.size()
              + " leaves, but "
              + file()
              + " remembers "
              + last.root()
              + ": the log was forked. "
              + HOW_TO_GO_ON);
    }
  }

  /** Remembers a published checkpoint, durably. */
  void keep(Note note) throws IOException {
    byte[] bytes = note.encode();
    if (!Arrays.equals(bytes, remembered)) {
      disk.replace(file(), bytes);
      remembered = bytes;
    }
  }

  /** Stops a writer whose memory was changed by another hand. */
  void fence() throws IOException {
    if (!Arrays.equals(bytes(), remembered)) {
      throw new LogException(file() + " was changed by another hand; this writer stops");
    }
  }

  private Checkpoint read() throws IOException {
    remembered = bytes();
    return LogState.opened(file().toString(), remembered, key.verifier());
  }

  private byte[] bytes() throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    if (bytes.length > Note.MAX_BYTES) {
      throw new MalformedException(
          file() + " has " + bytes.length + " bytes, a note at most " + Note.MAX_BYTES);
    }
    return bytes;
  }
}
