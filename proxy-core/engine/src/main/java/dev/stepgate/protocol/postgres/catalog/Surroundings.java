package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Facts;
import java.util.List;

/**
 * What of a session decides what its names mean, at one moment. Whoever keeps one as long as
 * nothing changes makes looking up fast.
 *
 * @param searchPath the setting's entries in order, unquoted: {@code $user} stands for the current
 *     user and {@code pg_temp} for {@code tempSchema}; what is searched without being named (the
 *     temporary schema, {@code pg_catalog}) and what does not exist or may not be used is for the
 *     catalog to know. What {@code current_schemas(true)} gives is understood too. Null where the
 *     setting cannot be told: then any schema may be meant
 * @param currentUser whose privileges count, or null where that cannot be told
 * @param tempSchema the session's own temporary schema ({@code pg_temp_3}); {@link #ANY_TEMP} where
 *     it may have one whose name is not known; null where it certainly has none
 * @param standardStrings the setting {@code standard_conforming_strings}, by which bodies are read
 * @param uncommitted the statements of the open transaction that may have changed what names mean;
 *     none is the usual
 */
public record Surroundings(
    List<String> searchPath,
    String currentUser,
    String tempSchema,
    boolean standardStrings,
    List<Facts.Statement> uncommitted) {

  /** Some temporary schema, not known which. */
  public static final String ANY_TEMP = "pg_temp";

  /** With strings as nearly every session has them. */
  public Surroundings(
      List<String> searchPath,
      String currentUser,
      String tempSchema,
      List<Facts.Statement> uncommitted) {
    this(searchPath, currentUser, tempSchema, true, uncommitted);
  }

  /** Copies the lists. */
  public Surroundings {
    searchPath = searchPath == null ? null : List.copyOf(searchPath);
    uncommitted = List.copyOf(uncommitted);
  }
}
