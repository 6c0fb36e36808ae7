package dev.stepgate.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The names of a log's files. */
final class LogFiles {

  /** The latest signed checkpoint. */
  static final String CHECKPOINT = "checkpoint";

  /** The batch being written. */
  static final String STAGED = "staged";

  /** The verifier key. */
  static final String KEY = "key.pub";

  /** What a file is called until it is whole; always in the log's own directory. */
  static final String UNFINISHED = "unfinished";

  /** What the locks' names start with in the log's directory. */
  static final String LOCK = "lock";

  private LogFiles() {}

  /** Text and a newline. */
  static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  static Path checkpoint(Path log) {
    return log.resolve(CHECKPOINT);
  }
}
