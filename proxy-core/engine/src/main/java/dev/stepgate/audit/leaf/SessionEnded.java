package dev.stepgate.audit.leaf;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session ended: sealed in order, or interrupted because its gateway died.
 *
 * @param session the session's ULID
 * @param ended when, by the gateway's clock, in whole milliseconds
 * @param interrupted why it was interrupted; empty if it was sealed in order
 * @param recordings how many recordings it has
 * @param operations how many operations its clients asked for, the refused ones included
 * @param refused how many of them were refused
 * @param masked how many values were masked
 * @param heads the digest over all final heads ({@link HeadsDigest})
 * @param last the final heads in order of their numbers if there are at most 64, else none: then
 *     each stands in a {@link HeadReached} of its own before
 */
public record SessionEnded(
    String session,
    Instant ended,
    Optional<String> interrupted,
    long recordings,
    long operations,
    long refused,
    long masked,
    Hash heads,
    List<RecordingHead> last)
    implements Leaf {

  /** The most heads that an ending repeats. */
  public static final int MAX_INLINE_HEADS = 64;

  static final String SEALED = "session-sealed";
  static final String INTERRUPTED = "session-interrupted";

  /** Checks that heads, count and digest agree. */
  public SessionEnded {
    Names.session(session);
    ended = ended.truncatedTo(ChronoUnit.MILLIS);
    last = List.copyOf(last);
    long inline = recordings <= MAX_INLINE_HEADS ? recordings : 0;
    if (recordings < 0 || last.size() != inline) {
      throw new MalformedException(
          "an ending of "
              + recordings
              + " recordings has "
              + inline
              + " heads, not "
              + last.size());
    }
    for (int i = 1; i < last.size(); i++) {
      if (last.get(i - 1).recording() >= last.get(i).recording()) {
        throw new MalformedException("the heads of an ending are not in order of their numbers");
      }
    }
    if (recordings <= MAX_INLINE_HEADS && !HeadsDigest.of(session, last).equals(heads)) {
      throw new MalformedException(
          "the ending's digest is " + heads + ", its heads give " + HeadsDigest.of(session, last));
    }
    if (refused > operations) {
      throw new MalformedException(refused + " refused of " + operations + " operations");
    }
  }

  /**
   * The ending of a session.
   *
   * @param finals the final heads of all its recordings, in any order
   */
  public static SessionEnded of(
      String session,
      Instant ended,
      Optional<String> interrupted,
      List<RecordingHead> finals,
      long operations,
      long refused,
      long masked) {
    List<RecordingHead> sorted = new ArrayList<>(finals);
    sorted.sort(Comparator.comparingInt(RecordingHead::recording));
    return new SessionEnded(
        session,
        ended,
        interrupted,
        sorted.size(),
        operations,
        refused,
        masked,
        HeadsDigest.of(session, sorted),
        sorted.size() <= MAX_INLINE_HEADS ? sorted : List.of());
  }

  @Override
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", interrupted.isPresent() ? INTERRUPTED : SEALED);
    members.put("session", session);
    members.put("ended", Fields.time(ended));
    interrupted.ifPresent(reason -> members.put("reason", reason));
    members.put("recordings", recordings);
    members.put("operations", operations);
    members.put("refused", refused);
    members.put("masked", masked);
    members.put("heads", heads.hex());
    members.put("final", last.stream().map(RecordingHead::members).toList());
    return members;
  }

  static SessionEnded read(Fields fields, boolean interrupted) {
    return new SessionEnded(
        fields.text("session"),
        fields.time("ended"),
        interrupted ? Optional.of(fields.text("reason")) : Optional.empty(),
        fields.number("recordings"),
        fields.number("operations"),
        fields.number("refused"),
        fields.number("masked"),
        fields.hash("heads"),
        heads(fields.list("final")));
  }

  private static List<RecordingHead> heads(List<?> values) {
    List<RecordingHead> heads = new ArrayList<>();
    for (Object value : values) {
      Fields fields = Fields.of(value);
      heads.add(RecordingHead.read(fields));
      fields.end();
    }
    return heads;
  }
}
