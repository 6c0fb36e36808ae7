package dev.stepgate.recording;

/**
 * A lane's journal, its reading side while it is being written. Confined to the scribe's thread.
 * What it reads was written by this very process, so it trusts lengths.
 */
final class Cursor {

  private final Journal journal;
  private final Frame frame = new Frame();
  private Segment segment;
  private long use;
  private int position = Segment.FIRST;

  Cursor(Journal journal) {
    this.journal = journal;
    this.use = journal.committed() >>> 32;
    this.segment = journal.use(use);
  }

  /** The next frame, rolls left out; null if there is none yet. Valid until the next call. */
  Frame next() {
    while (true) {
      long word = Frame.word(segment.content(), position);
      int bytes = (int) word;
      if (bytes == 0 || (int) (word >>> 32) != (int) use) {
        return null;
      }
      frame.point(segment.content(), position, bytes);
      if (frame.type() != Frame.ROLL) {
        position += Frame.aligned(bytes);
        return frame;
      }
      segment = journal.segment((int) frame.extra());
      use++;
      position = Segment.FIRST;
    }
  }

  /** The number of the segment's use that the cursor is in. */
  long use() {
    return use;
  }

  /** The place that the cursor has come to, as {@link Journal#position(long, int)}. */
  long position() {
    return Journal.position(use, position);
  }
}
