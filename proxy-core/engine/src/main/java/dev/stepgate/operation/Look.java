package dev.stepgate.operation;

/** What has to be known of an operation before it can be decided on. */
public enum Look {
  /** Nothing: it is allowed whatever it is. */
  NOTHING,
  /** Its facts and their reach. */
  FACTS,
  /** Its statement's text too. */
  TEXT
}
