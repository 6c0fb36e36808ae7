package dev.stepgate.recording;

/** Hears how far recordings have come, to commit their heads to a log. */
@FunctionalInterface
public interface HeadListener {

  /**
   * A recording's lines up to {@code head} are in its file. Called on a scribe's thread: for each
   * recording that advanced once per {@link RecordingSettings#headInterval}, and at its end with
   * {@link Head#last}. Calls for one recording come in order, those of different lanes at the same
   * time. If it throws, the recorder takes no more events: what cannot be committed is no evidence.
   */
  void reached(Head head);
}
