package dev.stepgate.audit.leaf;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Origin;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;

/**
 * What a build log keeps of a seal: {@code stepgate-proof: v1 <session> <heads> <origin> <size>
 * <root>}. A claim, to be held against the log.
 *
 * @param session the session's ULID
 * @param heads the digest over its recordings' final heads
 * @param checkpoint a head of the log that covers the session's ending
 */
public record ProofLine(String session, Hash heads, Checkpoint checkpoint) {

  /** What the line starts with. */
  public static final String PREFIX = "stepgate-proof: ";

  /** The longest line, in characters. */
  public static final int MAX_CHARACTERS = 512;

  private static final String VERSION = "v1";
  private static final int WORDS = 6;

  /** Checks the session's form. */
  public ProofLine {
    Names.session(session);
  }

  /** The line, without a newline. */
  public String text() {
    return PREFIX
        + String.join(
            " ",
            VERSION,
            session,
            heads.hex(),
            Origin.checked(checkpoint.origin()),
            Long.toString(checkpoint.size()),
            checkpoint.root().hex());
  }

  /**
   * Reads a line.
   *
   * @throws MalformedException if it is none, or of a version that is not understood
   */
  public static ProofLine parse(String line) {
    if (line.length() > MAX_CHARACTERS || !line.startsWith(PREFIX)) {
      throw new MalformedException("not a stepgate-proof line: " + Shown.of(line));
    }
    String[] words = line.substring(PREFIX.length()).split(" ", -1);
    if (!words[0].equals(VERSION)) {
      throw new MalformedException(
          "a stepgate-proof line of version " + Shown.of(words[0]) + " is not understood here");
    }
    if (words.length != WORDS) {
      throw new MalformedException("a stepgate-proof line has 6 words: " + Shown.of(line));
    }
    return new ProofLine(
        words[1],
        Hash.parseHex(words[2]),
        new Checkpoint(words[3], Checkpoint.size(words[4]), Hash.parseHex(words[5])));
  }
}
