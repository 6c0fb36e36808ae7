package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A recording as its scribe has it: the state of the chain, what is yet to be written and where.
 * One thread.
 */
final class Transcript {

  final RecordingName name;
  final SessionId session;
  final Path linesFile;
  final Path bodiesFile;

  /** The chain after {@link #lines} lines. */
  final byte[] head = new byte[HashChain.BYTES];

  long lines;

  /** The number of the last event that the lines hold, or -1. */
  long applied = -1;

  long operations;
  long refused;
  long lastTime;
  boolean ended;

  /** Sizes of the files, without what is pending. */
  long linesWritten;

  long bodiesWritten;

  /** What is to be written next; null if nothing is. */
  LineBuffer pendingLines;

  LineBuffer pendingBodies;

  /** The rest line that is being put together; null if none is. */
  MessageDigest rest;

  long restOperation;
  long restTime;
  long restPieces;
  long restBytes;
  long restAt;
  final byte[] restSalt = new byte[HashChain.BYTES];

  /** Open files, if they are. */
  FileChannel linesChannel;

  FileChannel bodiesChannel;

  /** Whether its files are yet to be made, and must not be there. */
  boolean fresh;

  /** Whether it advanced since its head was reported last. */
  boolean awaitsReport;

  /** Whether events before the end may be missing. */
  boolean tailUnknown;

  Transcript(RecordingName name, Path recordings) {
    this.name = name;
    this.session = name.session();
    this.linesFile = name.lines(recordings);
    this.bodiesFile = name.bodies(recordings);
  }

  /** Where the next region of the bodies file begins. */
  long bodiesEnd() {
    return bodiesWritten + (pendingBodies == null ? 0 : pendingBodies.length());
  }

  /** Forgets the bodies from {@code at} on, written or not. */
  void discardBodiesFrom(long at) {
    if (pendingBodies != null) {
      pendingBodies.shorten((int) Math.max(0, at - bodiesWritten));
    }
    bodiesWritten = Math.min(bodiesWritten, at);
  }

  boolean dirty() {
    return pendingLines != null;
  }

  /** The head, as all lines so far make it. */
  Head head() {
    return new Head(name.toString(), lines, HexFormat.of().formatHex(head), ended);
  }
}
