package dev.stepgate.protocol.postgres.sql;

/**
 * What a session's settings make of its bytes before the grammar sees them.
 *
 * @param standardConformingStrings the setting of that name: whether a backslash in a plain string
 *     is itself
 * @param encoding what bytes from 0x80 on may mean
 */
public record Lexing(boolean standardConformingStrings, Encoding encoding) {

  /** What nearly every session has. */
  public static final Lexing USUAL = new Lexing(true, Encoding.UTF8);

  /** The encodings, by how much of a text is told by its bytes. */
  public enum Encoding {
    /** Client's and server's are both UTF8. */
    UTF8,
    /**
     * The client's keeps ASCII bytes for ASCII characters, or the server's is not UTF8: strings and
     * comments end where they seem to, but names from beyond ASCII are not told.
     */
    ASCII_SAFE,
    /**
     * A byte below 0x80 may be a part of another character: SJIS, BIG5, GBK, UHC, GB18030, JOHAB.
     */
    UNSAFE
  }
}
