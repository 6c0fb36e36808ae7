package dev.stepgate.approval;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an operation does to what, a line each, for people. */
public final class Reaching {

  /** How many lines are shown. */
  static final int MAX_LINES = 200;

  private Reaching() {}

  /** {@code delete table app.orders}, {@code insert table app.audit (trigger app.orders.log)}. */
  public static List<String> lines(Operation operation) {
    Set<String> lines = new LinkedHashSet<>();
    if (operation.reach() != null) {
      operation.reach().statements().forEach(statement -> reached(statement, lines));
    } else if (operation.facts() != null) {
      operation.facts().statements().forEach(statement -> named(statement, lines));
    }
    List<String> shown = new ArrayList<>(lines);
    if (shown.size() > MAX_LINES) {
      int more = shown.size() - MAX_LINES + 1;
      shown = new ArrayList<>(shown.subList(0, MAX_LINES - 1));
      shown.add("and " + more + " more");
    }
    return shown;
  }

  private static void reached(Reach.Statement statement, Set<String> lines) {
    for (Reach.Use use : statement.uses()) {
      String via = use.via().isEmpty() ? "" : " (" + String.join(", ", use.via()) + ")";
      lines.add(line(use.effect().word(), use.kind(), use.name(), use.where()) + via);
    }
    statement.functions().stream()
        .filter(name -> !name.get(0).equals("pg_catalog"))
        .map(name -> "runs function " + String.join(".", name))
        .sorted()
        .forEach(lines::add);
    statement.unknown().stream().map(unknown -> "unknown: " + unknown.detail()).forEach(lines::add);
  }

  private static void named(Facts.Statement statement, Set<String> lines) {
    for (Facts.Use use : statement.uses()) {
      if (!use.later()) {
        lines.add(line(use.effect().word(), use.kind(), use.name(), use.where()));
      }
    }
    statement.gaps().stream().map(gap -> "unknown: " + gap.detail()).forEach(lines::add);
  }

  private static String line(String effect, String kind, List<String> name, Facts.Where where) {
    String thing = kind.isEmpty() ? "" : " " + kind;
    String named = name.isEmpty() ? "" : " " + String.join(".", name);
    String rows = where == Facts.Where.MISSING ? ", all rows" : "";
    return effect + thing + named + rows;
  }
}
