package dev.stepgate.protocol.postgres.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where names without a schema are looked up.
 *
 * @param entries as {@link Surroundings#searchPath}; null where any schema may be meant
 * @param user who looks, or null
 * @param temp as {@link Surroundings#tempSchema}
 */
record Path(List<String> entries, String user, String temp) {

  static final String USER = "$user";
  static final String CATALOG = "pg_catalog";

  /**
   * A schema that is looked in.
   *
   * @param sure whether what is found there is what is meant; else what follows may be
   */
  record Step(String schema, boolean sure) {}

  /** Somewhere. */
  Path anywhere() {
    return new Path(null, null, temp);
  }

  /** As it is while {@code routine} runs. */
  Path within(Routine routine) {
    String who = routine.definer ? routine.owner : user;
    if (routine.setting("role") != null || routine.setting("session_authorization") != null) {
      who = null;
    }
    String setting = routine.setting("search_path");
    return new Path(setting == null ? entries : entries(setting), who, temp);
  }

  /** Whether nothing is known of where. */
  boolean isAnywhere() {
    return entries == null || (user == null && entries.contains(USER));
  }

  /** The schemas in order; only where it is not anywhere. */
  List<Step> steps(Snapshot snapshot) {
    List<Step> steps = new ArrayList<>();
    if (entries.stream().noneMatch(this::isTemp)) {
      temporary(snapshot, steps);
    }
    if (!entries.contains(CATALOG)) {
      steps.add(new Step(CATALOG, true));
    }
    for (String entry : entries) {
      if (isTemp(entry)) {
        temporary(snapshot, steps);
      } else {
        String schema = entry.equals(USER) ? user : entry;
        if (snapshot.hasSchema(schema)) {
          Boolean usable = snapshot.isUsable(schema, user);
          if (usable == null || usable) {
            steps.add(new Step(schema, usable != null));
          }
        }
      }
    }
    return steps;
  }

  private boolean isTemp(String entry) {
    return entry.equals(Surroundings.ANY_TEMP) || entry.equals(temp);
  }

  private void temporary(Snapshot snapshot, List<Step> steps) {
    if (Surroundings.ANY_TEMP.equals(temp)) {
      snapshot.temporarySchemas().forEach(schema -> steps.add(new Step(schema, false)));
    } else if (temp != null) {
      steps.add(new Step(temp, true));
    }
  }

  /** The schema that new things without one are made in; null where that is not known. */
  String creation(Snapshot snapshot) {
    if (isAnywhere()) {
      return null;
    }
    for (String entry : entries) {
      if (entry.equals(Surroundings.ANY_TEMP)) {
        return Surroundings.ANY_TEMP;
      }
      String schema = entry.equals(USER) ? user : entry;
      boolean implicit = schema.equals(CATALOG) || schema.startsWith("pg_temp_");
      if (!implicit && snapshot.hasSchema(schema)) {
        Boolean usable = snapshot.isUsable(schema, user);
        if (usable == null) {
          return null;
        }
        if (usable) {
          return schema;
        }
      }
    }
    return null;
  }

  /** The entries of a setting's text, as SplitIdentifierString takes it apart; null if unclear. */
  static List<String> entries(String setting) {
    List<String> entries = new ArrayList<>();
    int at = 0;
    while (at < setting.length()) {
      char c = setting.charAt(at);
      if (c == ' ' || c == ',' || c == '\t' || c == '\n') {
        at++;
      } else if (c == '"') {
        StringBuilder name = new StringBuilder();
        at++;
        while (at < setting.length()
            && (setting.charAt(at) != '"' || setting.startsWith("\"\"", at))) {
          name.append(setting.charAt(at));
          at += setting.charAt(at) == '"' ? 2 : 1;
        }
        if (at == setting.length()) {
          return null;
        }
        at++;
        entries.add(name.toString());
      } else {
        int end = at;
        while (end < setting.length() && setting.charAt(end) != ',') {
          end++;
        }
        String word = setting.substring(at, end).strip();
        if (word.chars().anyMatch(one -> one > 0x7f || one == '"' || one == ' ')) {
          return null;
        }
        entries.add(word.toLowerCase(Locale.ROOT));
        at = end;
      }
    }
    entries.removeIf(String::isEmpty);
    return entries;
  }
}
