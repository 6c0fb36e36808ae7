package dev.stepgate.evidence;

import dev.stepgate.recording.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.util.SortedSet;

/** The recordings of one session, in a directory or in a bundle. */
interface RecordingSource {

  /** The numbers of the recordings whose lines are there. */
  SortedSet<Integer> numbers();

  /** What a finding calls a recording's lines. */
  String linesFile(int number);

  /** What a finding calls a recording's bodies. */
  String bodiesFile(int number);

  /** A recording's lines. */
  InputStream lines(int number) throws IOException;

  /** A recording's bodies. */
  Bodies bodies(int number) throws IOException;
}
