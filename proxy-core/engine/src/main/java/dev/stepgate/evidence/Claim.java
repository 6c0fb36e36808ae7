package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.tree.MalformedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A head of the log that the verifier brought from elsewhere ({@code --checkpoint}).
 *
 * @param checkpoint origin, size and root
 * @param note the signed note that it was read from, if it was one
 * @param line the seal line that it was read from, if it was one
 */
public record Claim(Checkpoint checkpoint, Optional<Note> note, Optional<ProofLine> line) {

  /** The most seal lines that a file may hold. */
  public static final int MAX_LINES = 1000;

  /** The largest file that is searched for seal lines, in bytes: 64 MiB. */
  public static final long MAX_FILE_BYTES = 64L << 20;

  /**
   * Reads a file that is a signed checkpoint, or that holds seal lines: a build log may be given as
   * it is, time stamps before the lines included, and the file of {@code exec --json}. A line that
   * is malformed is left out beside one that is not: a job can print what it likes, but it cannot
   * change what Stepgate printed.
   *
   * @throws MalformedException if it holds neither
   * @throws IOException if it cannot be read
   */
  public static List<Claim> read(Path file) throws IOException {
    RegularFile.require(file);
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new MalformedException(
          file
              + " has "
              + Files.size(file)
              + " bytes; at most "
              + MAX_FILE_BYTES
              + " are searched");
    }
    List<Claim> claims = lines(file);
    return claims.isEmpty() ? List.of(signed(file)) : claims;
  }

  /** From a signed checkpoint. */
  public static Claim of(byte[] note) {
    Note parsed = Note.parse(note);
    return new Claim(Checkpoint.parse(parsed.text()), Optional.of(parsed), Optional.empty());
  }

  /** From a seal line. */
  public static Claim of(ProofLine line) {
    return new Claim(line.checkpoint(), Optional.empty(), Optional.of(line));
  }

  private static List<Claim> lines(Path file) throws IOException {
    List<Claim> claims = new ArrayList<>();
    MalformedException malformed = null;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int at = line.indexOf(ProofLine.PREFIX);
        if (at < 0) {
          continue;
        }
        if (claims.size() == MAX_LINES) {
          throw new MalformedException(
              file + " holds more than " + MAX_LINES + " stepgate-proof lines");
        }
        int quote = line.indexOf('"', at); // within a JSON string, as exec --json writes it
        String text = line.substring(at, quote < 0 ? line.length() : quote);
        try {
          claims.add(of(ProofLine.parse(text.stripTrailing())));
        } catch (MalformedException e) {
          malformed = e;
        }
      }
    }
    if (claims.isEmpty() && malformed != null) {
      throw malformed;
    }
    return claims;
  }

  private static Claim signed(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(Note.MAX_BYTES + 1));
    } catch (MalformedException e) {
      throw new MalformedException(
          Shown.of(file.toString())
              + " holds no line with \""
              + ProofLine.PREFIX.strip()
              + "\" and is no signed checkpoint: "
              + e.getMessage());
    }
  }
}
