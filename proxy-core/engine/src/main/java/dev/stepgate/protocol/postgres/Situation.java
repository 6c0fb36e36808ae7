package dev.stepgate.protocol.postgres;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.protocol.postgres.catalog.Surroundings;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Lexing.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What decides on a session's meaning of text and names, as far as it is sure: it is asked of the
 * server ({@link Inquiry}), and no longer sure once something was sent that may change it.
 *
 * <p>{@code sure} is lost with a statement that may change a setting, with what may take such a
 * change back (the end of a transaction or of a part of it), and it comes back with an answer to
 * what was asked when nothing else was on its way.
 */
final class Situation {

  /** How many statements of a transaction that define something are told apart. */
  private static final int MAX_UNCOMMITTED = 64;

  private static final String UTF8 = "UTF8";

  /** In these a byte below 0x80 may be a part of another character (mb/encnames.c). */
  private static final Set<String> UNSAFE =
      Set.of("SJIS", "BIG5", "GBK", "UHC", "GB18030", "JOHAB", "SHIFT_JIS_2004");

  private static final Set<String> SAFE =
      Set.of(
          "SQL_ASCII",
          "EUC_JP",
          "EUC_CN",
          "EUC_KR",
          "EUC_TW",
          "EUC_JIS_2004",
          "MULE_INTERNAL",
          "KOI8R",
          "KOI8U");

  private final String serverEncoding;
  private String clientEncoding;
  private String strings;
  private List<String> searchPath;
  private String user;
  private String temporary;
  private final List<Facts.Statement> uncommitted = new ArrayList<>();
  private boolean sure;
  private boolean lexingSure;
  private boolean dirty;
  private boolean stale;
  private boolean mayHaveTemporary;
  private Lexing lexing;
  private Surroundings surroundings;

  /**
   * A session that nothing is known of yet but what its server reported.
   *
   * @param serverEncoding the setting {@code server_encoding}, or null
   * @param clientEncoding the setting {@code client_encoding}, or null
   * @param strings the setting {@code standard_conforming_strings}, or null
   * @param begins whether nothing has been sent yet
   */
  Situation(String serverEncoding, String clientEncoding, String strings, boolean begins) {
    this.serverEncoding = serverEncoding;
    this.clientEncoding = clientEncoding;
    this.strings = strings;
    lexingSure = begins;
    if (!begins) {
      dirty = true;
      mayHaveTemporary = true;
      uncommitted.add(Changes.ANYTHING);
    }
  }

  /** The server reported a setting. */
  void parameter(String name, String value) {
    if (name.equals("client_encoding")) {
      clientEncoding = value;
      lexing = null;
    } else if (name.equals("standard_conforming_strings")) {
      strings = value;
      lexing = null;
    }
  }

  /** Something that may change it is on its way. */
  void sent(Changes changes) {
    if (changes.settings()) {
      sure = false;
      lexingSure = false;
      dirty = true;
      surroundings = null;
    }
    if (changes.ddl() != null) {
      if (changes.ddl().equals(Changes.ANYTHING)
          || changes.settings()
          || createsWithoutSchema(changes)) {
        mayHaveTemporary = true;
        sure = false;
      }
      if (uncommitted.size() < MAX_UNCOMMITTED) {
        uncommitted.add(changes.ddl());
      } else {
        uncommitted.set(0, Changes.ANYTHING);
      }
      surroundings = null;
    }
  }

  /** Whether what is made may lie in the temporary schema, for the path leads there. */
  private boolean createsWithoutSchema(Changes changes) {
    return (searchPath == null || searchPath.stream().anyMatch(name -> name.startsWith("pg_temp")))
        && changes.ddl().uses().stream()
            .anyMatch(use -> use.effect() == Effect.CREATE && use.name().size() == 1);
  }

  /** A Sync is on its way: outside a transaction it ends what was begun before it. */
  void synced(boolean inTransaction) {
    if (dirty && !inTransaction) {
      sure = false;
      lexingSure = false;
      surroundings = null;
    }
  }

  /** The server has answered all it was sent, and stands outside a transaction or within one. */
  void settled(boolean idle) {
    // Reported settings are as they were reported, with every ReadyForQuery.
    lexingSure = true;
    if (!idle) {
      return;
    }
    if (dirty) {
      dirty = false;
      sure = false;
      surroundings = null;
    }
    if (!uncommitted.isEmpty()) {
      uncommitted.clear();
      stale = true;
      surroundings = null;
    }
  }

  /** What the server answered, with nothing else on its way. */
  void answered(Inquiry.Answer answer) {
    clientEncoding = answer.clientEncoding();
    strings = answer.strings();
    searchPath = answer.searchPath();
    user = answer.user();
    temporary = mayHaveTemporary ? answer.temporary() : null;
    sure = true;
    lexingSure = true;
    lexing = null;
    surroundings = null;
  }

  /** Whether the server has to be asked before names are looked up. */
  boolean isSure() {
    return sure;
  }

  /** Whether what is on its way has to be answered before names are looked up. */
  boolean isMoving() {
    return !sure || !uncommitted.isEmpty();
  }

  /** Whether the end of a transaction, or of a part of it, would take settings back. */
  boolean isDirty() {
    return dirty;
  }

  /** Whether the session may have a temporary schema, whose name is to be asked for. */
  boolean mayHaveTemporary() {
    return mayHaveTemporary;
  }

  /** Whether objects were changed since the catalog was last asked for anew. */
  boolean isStale() {
    return stale;
  }

  /** The catalog was asked for anew after the last change of objects. */
  void refreshing() {
    stale = false;
  }

  /** How bytes are read, or null while that is not sure. */
  Lexing lexing() {
    if (!lexingSure) {
      return null;
    }
    if (lexing == null) {
      lexing = new Lexing(!"off".equals(strings), encoding());
    }
    return lexing;
  }

  private Encoding encoding() {
    if (UTF8.equals(clientEncoding) && UTF8.equals(serverEncoding)) {
      return Encoding.UTF8;
    }
    if (clientEncoding == null || UNSAFE.contains(clientEncoding)) {
      return Encoding.UNSAFE;
    }
    boolean safe =
        clientEncoding.equals(UTF8)
            || SAFE.contains(clientEncoding)
            || clientEncoding.startsWith("LATIN")
            || clientEncoding.startsWith("WIN")
            || clientEncoding.startsWith("ISO_8859_");
    return safe ? Encoding.ASCII_SAFE : Encoding.UNSAFE;
  }

  /** What names mean now; unknown as far as it is not sure. */
  Surroundings surroundings() {
    if (surroundings == null) {
      surroundings =
          sure
              ? new Surroundings(searchPath, user, temporary, !"off".equals(strings), uncommitted)
              : new Surroundings(null, null, Surroundings.ANY_TEMP, false, uncommitted);
    }
    return surroundings;
  }
}
