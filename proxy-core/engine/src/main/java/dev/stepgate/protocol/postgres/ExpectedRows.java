package dev.stepgate.protocol.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads EXPLAIN's lines: how many rows are expected. A node that changes rows says how many it
 * returns, and its inputs how many it changes (manual, "Using EXPLAIN"). What stands in quotes
 * within a line may look like anything; the numbers stand at its end.
 */
final class ExpectedRows {

  /** {@code -> Seq Scan on orders (cost=0.00..22.70 rows=1270 width=6)}. */
  private static final Pattern NODE =
      Pattern.compile("^( *)(?:->  )?(.*)  \\(cost=[0-9.]+ rows=([0-9]+) width=[0-9]+\\)$");

  private static final Pattern CHANGE = Pattern.compile("^(Insert|Update|Delete|Merge) on .*");

  private ExpectedRows() {}

  private record Node(int depth, String text, long rows) {

    Matcher change() {
      return CHANGE.matcher(text);
    }
  }

  /** In a sentence. */
  static String of(List<String> plan) {
    List<Node> nodes = new ArrayList<>();
    for (String line : plan) {
      Matcher node = NODE.matcher(line);
      if (node.matches() && node.group(3).length() <= 18) {
        nodes.add(new Node(depth(line), node.group(2), Long.parseLong(node.group(3))));
      }
    }
    List<String> changes = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Matcher change = nodes.get(i).change();
      if (change.matches()) {
        changes.add(rows(inputs(nodes, i)) + " to be " + done(change.group(1)));
      }
    }
    if (!changes.isEmpty()) {
      return "EXPLAIN expects " + String.join(", and ", changes);
    }
    return nodes.isEmpty()
        ? "not known: EXPLAIN says nothing of rows"
        : "EXPLAIN expects " + rows(nodes.get(0).rows()) + " to be read";
  }

  private static int depth(String line) {
    int arrow = line.indexOf("->  ");
    int spaces = 0;
    while (spaces < line.length() && line.charAt(spaces) == ' ') {
      spaces++;
    }
    return spaces + (arrow == spaces ? 1 : 0);
  }

  private static long inputs(List<Node> nodes, int at) {
    int depth = nodes.get(at).depth();
    int first = Integer.MAX_VALUE;
    long rows = 0;
    for (int i = at + 1; i < nodes.size() && nodes.get(i).depth() > depth; i++) {
      Node node = nodes.get(i);
      if (node.depth() < first) { // what came before is planned apart from it
        first = node.depth();
        rows = 0;
      }
      rows += node.depth() == first ? node.rows() : 0;
    }
    return rows;
  }

  private static String rows(long rows) {
    return rows == 1 ? "1 row" : rows + " rows";
  }

  private static String done(String what) {
    return switch (what) {
      case "Insert" -> "inserted";
      case "Update" -> "updated";
      case "Delete" -> "deleted";
      default -> what.toLowerCase(Locale.ROOT) + "d";
    };
  }
}
