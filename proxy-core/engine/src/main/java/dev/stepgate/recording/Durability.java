package dev.stepgate.recording;

import java.util.Locale;

/** What a recorded event survives before what it records is forwarded. */
public enum Durability {
  /** The death of the gateway's process. */
  PROCESS,
  /** The death of the machine: the journal is fsynced first, many events at once. */
  DISK;

  /** The word that configuration files and recordings carry. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
