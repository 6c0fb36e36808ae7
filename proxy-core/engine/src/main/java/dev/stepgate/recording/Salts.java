package dev.stepgate.recording;

/** Where the salts of bodies come from. */
@FunctionalInterface
interface Salts {

  /** The bytes of a salt. */
  int BYTES = 16;

  /** Writes a salt, which nobody can predict, at {@code at}. */
  void next(byte[] into, int at);
}
