package dev.stepgate.config;

import dev.stepgate.policy.Decision.Verdict;
import dev.stepgate.policy.NamePattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads a file of cases that rules are tested with. */
public final class PolicyCasesReader {

  /** Most cases of one file. */
  static final int MAX_CASES = 10_000;

  private static final List<String> FILE =
      List.of("connection", "schema", "tables", "views", "as", "cases");
  private static final List<String> CASE =
      List.of("sql", "expect", "rule", "connection", "as", "at");

  private final Set<String> connections;
  private final Section root;

  private PolicyCasesReader(Set<String> connections, Section root) {
    this.connections = connections;
    this.root = root;
  }

  /**
   * Reads {@code file}.
   *
   * @param connections those that have rules
   * @throws ConfigException with everything that is wrong
   */
  public static PolicyCases read(Path file, Set<String> connections) throws ConfigException {
    Problems problems = new Problems(file);
    YamlNode node = null;
    if (Files.isRegularFile(file)) {
      node = ConfigFile.read(file, problems);
    } else {
      problems.add(0, "", "is no file");
    }
    PolicyCases cases = null;
    if (node != null) {
      cases = new PolicyCasesReader(connections, Section.of(node, "", FILE, problems)).cases();
    }
    if (!problems.none()) {
      throw problems.exception();
    }
    return cases;
  }

  private PolicyCases cases() {
    List<PolicyCases.Case> cases = new ArrayList<>();
    if (!root.has("cases")) {
      root.required("cases");
    }
    List<Section> sections = root.sections("cases", CASE);
    if (sections.size() > MAX_CASES) {
      root.problem("cases", "holds " + sections.size() + ", at most " + MAX_CASES + " may be");
    }
    sections.stream().limit(MAX_CASES).forEach(section -> one(section).ifPresent(cases::add));
    return new PolicyCases(
        new PolicyCases.Excerpt(root.text("schema").orElse("public"), tables(), views()), cases);
  }

  private Optional<PolicyCases.Case> one(Section section) {
    if (!section.has("sql")) {
      section.required("sql");
    }
    String sql = section.statement("sql");
    if (!section.has("expect")) {
      section.required("expect");
    }
    Verdict expected =
        section.choice(
            "expect",
            List.of(Verdict.values()),
            verdict -> verdict.name().toLowerCase(Locale.ROOT),
            Verdict.DENY);
    String connection = section.text("connection").or(() -> root.text("connection")).orElse("");
    if (!connections.contains(connection)) {
      section.problem(
          "connection",
          connection.isEmpty()
              ? "is missing, here and for the file"
              : "is "
                  + Suggestion.quote(connection)
                  + ", which has no rules; those that have: "
                  + String.join(", ", connections));
    }
    return Optional.of(
        new PolicyCases.Case(
            section.line(),
            connection,
            sql,
            claims(section),
            at(section),
            expected,
            section.text("rule").orElse("")));
  }

  private SortedMap<String, String> claims(Section section) {
    SortedMap<String, String> claims = new TreeMap<>();
    for (Section from : List.of(root, section)) {
      from.section("as", List.of())
          .ifPresent(
              as ->
                  as.names()
                      .forEach(name -> as.text(name).ifPresent(value -> claims.put(name, value))));
    }
    return claims;
  }

  private static Optional<Instant> at(Section section) {
    return section
        .text("at")
        .flatMap(
            text -> {
              try {
                return Optional.of(Instant.parse(text));
              } catch (DateTimeException e) {
                section.problem(
                    "at", "is " + Suggestion.quote(text) + ", 2026-11-24T10:00:00Z is expected");
                return Optional.empty();
              }
            });
  }

  private Map<List<String>, List<String>> tables() {
    Map<List<String>, List<String>> tables = new LinkedHashMap<>();
    root.section("tables", List.of())
        .ifPresent(
            section ->
                section
                    .names()
                    .forEach(
                        name ->
                            relation(section, name, name)
                                .ifPresent(table -> tables.put(table, section.texts(name)))));
    return tables;
  }

  private Map<List<String>, List<List<String>>> views() {
    Map<List<String>, List<List<String>>> views = new LinkedHashMap<>();
    root.section("views", List.of())
        .ifPresent(
            section -> {
              for (String name : section.names()) {
                List<List<String>> reads = new ArrayList<>();
                section
                    .texts(name)
                    .forEach(text -> relation(section, name, text).ifPresent(reads::add));
                relation(section, name, name).ifPresent(view -> views.put(view, reads));
              }
            });
    return views;
  }

  private static Optional<List<String>> relation(Section section, String key, String text) {
    try {
      List<String> parts = NamePattern.parse(text).parts().stream().map(Object::toString).toList();
      if (parts.size() == 2 && text.indexOf('*') < 0) {
        return Optional.of(parts);
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    section.problem(key, "holds " + Suggestion.quote(text) + ", schema.name is expected");
    return Optional.empty();
  }
}
