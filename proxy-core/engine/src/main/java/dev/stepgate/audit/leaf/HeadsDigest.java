package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.TreeHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One hash over the final heads of a session's recordings, as its ending and seal line carry it.
 */
public final class HeadsDigest {

  private HeadsDigest() {}

  /**
   * SHA-256 over a line {@code <session>/<recording> <lines> <head>} with newline for each
   * recording, in order of their numbers.
   */
  public static Hash of(String session, List<RecordingHead> heads) {
    List<RecordingHead> sorted = new ArrayList<>(heads);
    sorted.sort(Comparator.comparingInt(RecordingHead::recording));
    MessageDigest digest = TreeHash.sha256();
    for (RecordingHead head : sorted) {
      String line =
          session
              + "/"
              + Names.recording(head.recording())
              + " "
              + head.lines()
              + " "
              + head.head().hex()
              + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Hash.of(digest.digest());
  }
}
