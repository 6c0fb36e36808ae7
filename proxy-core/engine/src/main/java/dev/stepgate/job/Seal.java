package dev.stepgate.job;

import dev.stepgate.session.SessionId;
import java.util.List;

/**
 * How a session ended, for the build log.
 *
 * @param session the session
 * @param operations how many operations its clients asked for, the refused ones included
 * @param refused how many of them were refused
 * @param masked how many values were masked
 * @param recording where its recordings lie: a directory or an address
 * @param heads the digest over its recordings' heads, hex
 * @param origin the log's origin
 * @param size how many leaves the log had when the seal was in it
 * @param root the log's root hash at that size, as the proof line writes it
 */
public record Seal(
    SessionId session,
    long operations,
    long refused,
    long masked,
    String recording,
    String heads,
    String origin,
    long size,
    String root) {

  /** {@code stepgate: 42 operations, 1 refused, recording /var/lib/stepgate/recordings/01K8…}. */
  public String summary() {
    String count = operations == 1 ? "1 operation" : operations + " operations";
    String hidden =
        masked == 0 ? "" : ", " + masked + (masked == 1 ? " value" : " values") + " masked";
    return "stepgate: " + count + ", " + refused + " refused" + hidden + ", recording " + recording;
  }

  /** {@code stepgate-proof: v1 <session> <heads> <origin> <size> <root>}, whole values. */
  public String proof() {
    return "stepgate-proof: v1 " + session + " " + heads + " " + origin + " " + size + " " + root;
  }

  /** Both lines, in the order that a build log shows them. */
  public List<String> lines() {
    return List.of(summary(), proof());
  }
}
