package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.util.Arrays;

/**
 * The head of a log's tree (C2SP tlog-checkpoint), without extension lines.
 *
 * @param origin the log's name
 * @param size how many leaves it has
 * @param root the root of the tree over them
 */
public record Checkpoint(String origin, long size, Hash root) {

  /** Largest size: what JSON's readers hold exactly. */
  public static final long MAX_SIZE = (1L << 53) - 1;

  private static final int LINES = 3;
  private static final int MAX_SIZE_DIGITS = 16;

  /** Checks origin and size. */
  public Checkpoint {
    Origin.checked(origin);
    if (size < 0 || size > MAX_SIZE) {
      throw new MalformedException("a log's size is from 0 to " + MAX_SIZE + ", not " + size);
    }
  }

  /**
   * Reads a note's text.
   *
   * @throws MalformedException if it is not exactly a checkpoint's three lines
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != LINES + 1 || !lines[LINES].isEmpty()) {
      throw new MalformedException("a checkpoint has " + LINES + " lines: " + Shown.of(text));
    }
    byte[] root = Base64Text.decode(lines[2]);
    return new Checkpoint(lines[0], size(lines[1]), Hash.of(root));
  }

  /** A size as checkpoints and seal lines write it. */
  public static long size(String digits) {
    boolean decimal =
        !digits.isEmpty()
            && digits.length() <= MAX_SIZE_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!decimal) {
      throw new MalformedException("not a log's size: " + Shown.of(digits));
    }
    return Long.parseLong(digits);
  }

  /** The note's text. */
  public String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  /** The checkpoint, signed. */
  public Note sign(SigningKey key) {
    return Note.sign(text(), key);
  }

  /**
   * Reads a signed checkpoint that this key signed.
   *
   * @throws MalformedException if it is of another origin, of no form, or not signed by the key
   */
  public static Checkpoint open(byte[] note, VerifierKey key) {
    Note signed = Note.parse(note);
    Checkpoint checkpoint = parse(signed.text());
    if (!checkpoint.origin.equals(key.name())) {
      throw new MalformedException(
          "the checkpoint is of the log " + checkpoint.origin + ", the key of " + key.name());
    }
    if (!signed.signedBy(key)) {
      throw new MalformedException("the checkpoint is not signed by the key " + key.text());
    }
    if (!Arrays.equals(signed.encode(), note)) {
      throw new MalformedException("the checkpoint is not in its canonical form");
    }
    return checkpoint;
  }
}
