package dev.stepgate.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What a verifier found.
 *
 * @param verdict the answer
 * @param kind {@code bundle} or {@code state directory}
 * @param log the log's origin, size and root at the checkpoint that was judged; empty if it was
 *     never legible
 * @param key the key that verified the checkpoint, as text; empty if none did
 * @param claims what was brought with {@code --checkpoint} and held, a sentence each
 * @param sessions each session, in order of its opening
 * @param findings what does not hold, in the order met; the first {@value #MAX_FINDINGS}
 * @param disputes seal lines that say otherwise than one that holds: a job's invention, or what the
 *     log was before it was rewritten
 * @param remarks what changes no verdict but should be known: sessions that are open, leaves of
 *     unknown kinds; a sentence each
 */
public record Report(
    Verdict verdict,
    String kind,
    Optional<LogHead> log,
    Optional<String> key,
    List<String> claims,
    List<SessionReport> sessions,
    List<Finding> findings,
    List<Finding> disputes,
    List<String> remarks) {

  /** The most findings that are kept. */
  public static final int MAX_FINDINGS = 100;

  /**
   * The log that was judged.
   *
   * @param origin its name
   * @param size how many leaves it has
   * @param root its root, in hex
   */
  public record LogHead(String origin, long size, String root) {}

  /** Copies the lists. */
  public Report {
    claims = List.copyOf(claims);
    sessions = List.copyOf(sessions);
    findings = List.copyOf(findings);
    disputes = List.copyOf(disputes);
    remarks = List.copyOf(remarks);
  }

  /** How many bodies are withheld in all sessions. */
  public long withheldBodies() {
    return sessions.stream().mapToLong(SessionReport::withheldBodies).sum();
  }
}
