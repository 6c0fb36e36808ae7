package dev.stepgate.recording;

import java.util.Locale;

/** What a recorded event survives before what it records is forwarded. */
public enum Durability {
  /** The death of the gateway's process. */
  PROCESS(1),
  /** The death of the machine: the journal is fsynced first, many events at once. */
  DISK(2);

  private final int code;

  Durability(int code) {
    this.code = code;
  }

  /** The number that journals carry. */
  int code() {
    return code;
  }

  /** The one with that code, or null. */
  static Durability of(int code) {
    return code == PROCESS.code ? PROCESS : code == DISK.code ? DISK : null;
  }

  /** The word that configuration files and recordings carry. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
