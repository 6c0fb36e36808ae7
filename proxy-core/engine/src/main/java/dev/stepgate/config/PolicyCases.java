package dev.stepgate.config;

import dev.stepgate.policy.Decision.Verdict;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Cases that rules are tested with: {@code docs/guides/rules.md}.
 *
 * @param excerpt what the cases know of the catalog
 * @param cases in the file's order
 */
public record PolicyCases(Excerpt excerpt, List<Case> cases) {

  /** Copies the list. */
  public PolicyCases {
    cases = List.copyOf(cases);
  }

  /**
   * What is known of a catalog.
   *
   * @param schema where names without one lie
   * @param tables their columns, by schema and name
   * @param views the tables that each reads, by schema and name
   */
  public record Excerpt(
      String schema,
      Map<List<String>, List<String>> tables,
      Map<List<String>, List<List<String>>> views) {

    /** Nothing but the usual schema. */
    public static final Excerpt NONE = new Excerpt("public", Map.of(), Map.of());

    /** Copies the maps, keeping their order. */
    public Excerpt {
      tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
      views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
    }
  }

  /**
   * One case.
   *
   * @param line where it stands, from 1
   * @param connection whose rules decide
   * @param sql the statement
   * @param as the claims of whoever asks
   * @param at when, or nothing for now
   * @param expected what the rules are to say
   * @param rule the rule that is to say it; empty: whichever
   */
  public record Case(
      int line,
      String connection,
      String sql,
      SortedMap<String, String> as,
      Optional<Instant> at,
      Verdict expected,
      String rule) {

    /** Keeps the claims sorted. */
    public Case {
      as = Collections.unmodifiableSortedMap(new TreeMap<>(as));
    }
  }
}
