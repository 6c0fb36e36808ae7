package dev.stepgate.recording;

/**
 * Which frames of a lane may follow each other, for a journal that is not trusted: the events of a
 * recording come one after the other from its opening on, and the frames of one event together.
 */
final class EventSequence {

  private Transcript underWay;
  private byte type;

  /** Whether this frame may come now; if so, it came. */
  boolean follows(Transcript transcript, Frame frame) {
    boolean opening = frame.type() == Frame.OPEN;
    boolean divisible = !opening && frame.type() != Frame.REST && frame.type() != Frame.END;
    boolean inOrder =
        frame.event() == transcript.applied + 1
            && !transcript.ended
            && opening == (frame.event() == 0)
            && (divisible || !(frame.more() || frame.continued()));
    boolean together =
        frame.continued() ? underWay == transcript && type == frame.type() : underWay == null;
    if (!inOrder || !together) {
      return false;
    }
    underWay = frame.more() ? transcript : null;
    type = frame.type();
    return true;
  }

  /** The transcript of whose event more frames should follow; null if none. */
  Transcript underWay() {
    return underWay;
  }

  /** Nothing is under way any more. */
  void giveUp() {
    underWay = null;
  }
}
