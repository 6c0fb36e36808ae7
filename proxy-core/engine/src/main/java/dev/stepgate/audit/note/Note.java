package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A signed note (C2SP signed-note): text that ends in a newline, a blank line, signature lines.
 *
 * @param text what is signed, its last newline included
 * @param signatures at least one
 */
public record Note(String text, List<Signed> signatures) {

  /** The largest note, in bytes. */
  public static final int MAX_BYTES = 16 << 10;

  /** The most signatures of a note. */
  public static final int MAX_SIGNATURES = 16;

  private static final String DASH = "— ";
  private static final int ID_BYTES = 4;

  /**
   * One signature line.
   *
   * @param name the key's name
   * @param blob four bytes of key id, then the signature, as base64
   */
  public record Signed(String name, String blob) {}

  /** Copies the list. */
  public Note {
    signatures = List.copyOf(signatures);
  }

  /** The text, signed. */
  public static Note sign(String text, SigningKey key) {
    byte[] signature = key.sign(text);
    byte[] blob =
        ByteBuffer.allocate(ID_BYTES + signature.length)
            .putInt(key.verifier().id())
            .put(signature)
            .array();
    return new Note(
        text, List.of(new Signed(key.verifier().name(), Base64.getEncoder().encodeToString(blob))));
  }

  /**
   * Reads a note; judges its form, not its signatures.
   *
   * @throws MalformedException if it is none or beyond the limits
   */
  public static Note parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new MalformedException(
          "a note has at most " + MAX_BYTES + " bytes, this has " + bytes.length);
    }
    String all = utf8(bytes);
    if (all.chars().anyMatch(c -> c < ' ' && c != '\n')) {
      throw new MalformedException("a note has no control characters but newlines");
    }
    int blank = all.lastIndexOf("\n\n");
    if (blank < 0 || !all.endsWith("\n")) {
      throw new MalformedException("not a signed note: no blank line before signatures, or no end");
    }
    String[] lines = all.substring(blank + 2).split("\n", -1);
    if (lines.length < 2 || lines.length - 1 > MAX_SIGNATURES) {
      throw new MalformedException(
          "a note has 1 to " + MAX_SIGNATURES + " signatures, this has " + (lines.length - 1));
    }
    List<Signed> signatures = new ArrayList<>();
    for (int i = 0; i < lines.length - 1; i++) {
      signatures.add(signature(lines[i]));
    }
    return new Note(all.substring(0, blank + 1), signatures);
  }

  /** The note as it is written. */
  public byte[] encode() {
    StringBuilder all = new StringBuilder(text).append('\n');
    for (Signed signed : signatures) {
      all.append(DASH).append(signed.name()).append(' ').append(signed.blob()).append('\n');
    }
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Whether the key signed this text. Signatures of other names or ids are passed over; one that
   * bears this key's name and id and does not verify spoils the note.
   */
  public boolean signedBy(VerifierKey key) {
    boolean found = false;
    for (Signed signed : signatures) {
      byte[] blob = Base64Text.decode(signed.blob());
      if (signed.name().equals(key.name()) && ByteBuffer.wrap(blob).getInt() == key.id()) {
        if (!key.verifies(text, Arrays.copyOfRange(blob, ID_BYTES, blob.length))) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private static Signed signature(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals("—") || parts[1].isEmpty()) {
      throw new MalformedException("not a signature line: " + Shown.of(line));
    }
    boolean space = parts[1].chars().anyMatch(c -> c == '+' || Character.isSpaceChar(c));
    if (space || Base64Text.decode(parts[2]).length <= ID_BYTES) {
      throw new MalformedException("not a signature line: " + Shown.of(line));
    }
    return new Signed(parts[1], parts[2]);
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a note is UTF-8, this is not");
    }
  }
}
