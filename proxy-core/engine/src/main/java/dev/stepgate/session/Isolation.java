package dev.stepgate.session;

import java.util.Locale;

/** What keeps the step's processes from the gateway's memory, files and credentials. */
public enum Isolation {
  /** Nothing: gateway and step share an operating-system user. Only ever on the operator's word. */
  NONE,
  /** The step runs as another operating-system user than the gateway. */
  USER,
  /** The step runs in a container of its own. */
  CONTAINER;

  /** The word that the opening leaf records. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
