package dev.stepgate.protocol.postgres.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads what PostgreSQL keeps of an analysed query or expression ({@code pg_node_tree}, written by
 * its outfuncs.c): every name in it is resolved already, casts and operators that nobody wrote
 * included. Fields are told by their names, so that versions may add others.
 */
final class NodeTree {

  /** A column's bit in a set of columns: its number, less this (FirstLowInvalidHeapAttribute). */
  private static final int COLUMN_OFFSET = -7;

  private static final String REGCLASS = "2205";

  /** What is known of the node that is being read. */
  private static final class Node {
    private long relation;
    private int privileges;
    private List<Integer> read = List.of();
    private final List<Integer> written = new ArrayList<>();
    private boolean regclass;
  }

  private final String text;
  private int at;
  private final Deque<Node> nodes = new ArrayDeque<>();
  private final List<Deps.Touched> touched = new ArrayList<>();
  private final Set<Long> functions = new LinkedHashSet<>();
  private final Set<Long> operators = new LinkedHashSet<>();
  private final Set<Long> types = new LinkedHashSet<>();
  private final Set<Long> named = new LinkedHashSet<>();
  private boolean notifies;

  private NodeTree(String text) {
    this.text = text;
  }

  /** What {@code tree} leads to; null is none. */
  static Deps read(String tree) {
    return tree == null ? Deps.NONE : new NodeTree(tree).all();
  }

  private Deps all() {
    nodes.push(new Node());
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '\\' -> at += 2;
        case '"' -> quoted();
        case '{' -> {
          nodes.push(new Node());
          notifies |= text.startsWith("{NOTIFY", at);
          at++;
        }
        case '}' -> {
          close();
          at++;
        }
        case ':' -> field();
        default -> at++;
      }
    }
    return new Deps(touched, functions, operators, types, named, notifies);
  }

  private void quoted() {
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
  }

  private void close() {
    if (nodes.size() > 1) {
      Node node = nodes.pop();
      if (node.relation != 0 && node.privileges != 0) {
        touched.add(
            new Deps.Touched(node.relation, node.privileges, node.read, List.copyOf(node.written)));
      }
    }
  }

  /** {@code :name value}; a value that is a node or a list is read on as what follows. */
  private void field() {
    if (at > 0 && " {(\n".indexOf(text.charAt(at - 1)) < 0) {
      at++;
      return;
    }
    int end = word(at + 1);
    String name = text.substring(at + 1, end);
    at = end + 1;
    Node node = nodes.peek();
    switch (name) {
      case "relid" -> node.relation = number();
      case "requiredPerms" -> node.privileges = (int) number();
      case "selectedCols" -> node.read = columns();
      case "insertedCols", "updatedCols" -> node.written.addAll(columns());
      case "funcid", "opfuncid", "aggfnoid", "winfnoid", "tsmhandler" -> add(functions);
      case "startInRangeFunc", "endInRangeFunc" -> add(functions);
      case "opno", "eqop", "sortop" -> add(operators);
      case "opnos" -> numbers(operators);
      case "resulttype" -> add(types);
      case "consttype" -> node.regclass = value().equals(REGCLASS);
      case "constvalue" -> {
        if (node.regclass) {
          regclass();
        }
      }
      default -> {
        // Says nothing of what is run.
      }
    }
  }

  private int word(int from) {
    int end = from;
    while (end < text.length() && " \n(){}".indexOf(text.charAt(end)) < 0) {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(end, text.length());
  }

  private String value() {
    int end = word(at);
    return at > end ? "" : text.substring(at, end);
  }

  private long number() {
    return parse(value());
  }

  private static long parse(String word) {
    if (word.isEmpty() || word.length() > 10) {
      return 0;
    }
    long number = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c < '0' || c > '9') {
        return 0;
      }
      number = 10 * number + c - '0';
    }
    return number;
  }

  private void add(Set<Long> set) {
    long number = number();
    if (number != 0) {
      set.add(number);
    }
  }

  /** {@code (b 8 9)}: a set of columns; {@code (o 1 2)}: a list of numbers. */
  private List<Integer> columns() {
    List<Integer> columns = new ArrayList<>();
    for (String word : list()) {
      columns.add((int) parse(word) + COLUMN_OFFSET);
    }
    return columns;
  }

  private void numbers(Set<Long> set) {
    for (String word : list()) {
      set.add(parse(word));
    }
  }

  private List<String> list() {
    List<String> words = new ArrayList<>();
    int end = text.indexOf(')', at);
    if (at >= text.length() || text.charAt(at) != '(' || end < 0) {
      return words;
    }
    String[] parts = text.substring(at + 1, end).split(" ", -1);
    for (int i = 1; i < parts.length; i++) {
      words.add(parts[i]);
    }
    at = end;
    return words;
  }

  /** {@code 4 [ -46 64 0 0 0 0 0 0 ]}: the number's bytes, in the server's own order. */
  private void regclass() {
    int open = text.indexOf('[', at);
    int close = text.indexOf(']', at);
    if (open < 0 || close < open || open - at > 8) {
      return;
    }
    String[] bytes = text.substring(open + 1, close).trim().split(" +");
    long little = 0;
    long big = 0;
    for (int i = 0; i < 4 && i < bytes.length; i++) {
      long b = Integer.parseInt(bytes[i]) & 0xff;
      little |= b << (8 * i);
      big = (big << 8) | b;
    }
    named.add(little);
    named.add(big);
    at = close;
  }
}
