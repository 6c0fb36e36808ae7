package dev.stepgate.event;

/** Commits an events file to something that cannot be rewritten. Must not block. */
@FunctionalInterface
public interface EventAnchor {

  /**
   * A file has come so far.
   *
   * @param file its number, from 1
   * @param lines how many lines it has
   * @param head the hash over them, hex
   */
  void reached(int file, long lines, String head);
}
