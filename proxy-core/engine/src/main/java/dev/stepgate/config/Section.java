package dev.stepgate.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One section of a configuration file: asks for keys by type and tells {@link Problems} what does
 * not fit. What is missing or wrong reads as empty, so that reading goes on to the next problem.
 */
final class Section {

  private static final int MAX_TEXT = 4096;
  private static final int MAX_STATEMENT = 64 << 10;

  private final Problems problems;
  private final String path;
  private final int line;
  private final Map<String, YamlNode.Entry> entries;

  private Section(Problems problems, String path, int line, Map<String, YamlNode.Entry> entries) {
    this.problems = problems;
    this.path = path;
    this.line = line;
    this.entries = entries;
  }

  /** The section that {@code node} is; an empty one, and a problem, if it is something else. */
  static Section of(YamlNode node, String path, List<String> known, Problems problems) {
    return of(node, node.line(), path, known, problems);
  }

  private static Section of(
      YamlNode node, int line, String path, List<String> known, Problems problems) {
    Section section;
    if (node instanceof YamlNode.Mapping mapping) {
      section = new Section(problems, path, line, mapping.entries());
    } else {
      section = new Section(problems, path, line, Map.of());
      problems.add(node.line(), path, "is " + node.kind() + ", a section with keys is expected");
    }
    section.refuseUnknown(known);
    return section;
  }

  private void refuseUnknown(List<String> known) {
    if (known.isEmpty()) {
      return; // the keys are names that the file chooses
    }
    entries.forEach(
        (key, entry) -> {
          if (!known.contains(key)) {
            String later = ConfigKeys.LATER.get(key);
            problems.add(
                entry.line(), key(key), later != null ? later : Suggestion.unknown(key, known));
          }
        });
  }

  int line() {
    return line;
  }

  /** The line of a key, or of the section if the key is not there. */
  int line(String key) {
    YamlNode.Entry entry = entries.get(key);
    return entry == null ? line : entry.line();
  }

  /** The full path of a key. */
  String key(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  Iterable<String> names() {
    return entries.keySet();
  }

  void problem(String key, String message) {
    problems.add(line(key), key(key), message);
  }

  /** The sub-section under {@code key}, if it is there. */
  Optional<Section> section(String key, List<String> known) {
    return Optional.ofNullable(entries.get(key))
        .map(entry -> of(entry.value(), entry.line(), key(key), known, problems));
  }

  /** The sections under {@code key}: a list of them, or a single one. */
  List<Section> sections(String key, List<String> known) {
    YamlNode node = node(key).orElse(null);
    if (node == null) {
      return List.of();
    }
    List<YamlNode> items =
        node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
    if (items.isEmpty()) {
      problem(key, "is an empty list");
    }
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      sections.add(element(key, i, items.get(i), known));
    }
    return sections;
  }

  /** The section that an element of the list under {@code key} is. */
  Section element(String key, int index, YamlNode node, List<String> known) {
    return of(node, node.line(), key(key) + "[" + index + "]", known, problems);
  }

  /** The section that an element of the list under {@code key} is; its keys are not checked. */
  Section element(String key, int index, YamlNode node) {
    return of(node, node.line(), key(key) + "[" + index + "]", List.of(), problems);
  }

  /** The section's own path. */
  String path() {
    return path;
  }

  /** The node under {@code key}, if it is there. */
  Optional<YamlNode> node(String key) {
    return Optional.ofNullable(entries.get(key)).map(YamlNode.Entry::value);
  }

  /** A text that must be there; a problem and the empty string if not. */
  String required(String key) {
    if (!has(key)) {
      problems.add(line, key(key), "is missing");
      return "";
    }
    return text(key).orElse("");
  }

  /** A text, if it is there and not empty. */
  Optional<String> text(String key) {
    return node(key).flatMap(node -> scalar(key, node));
  }

  private Optional<String> scalar(String key, YamlNode node) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      problems.add(node.line(), key(key), "is " + node.kind() + ", a single value is expected");
      return Optional.empty();
    }
    if (scalar.text().isEmpty()) {
      problems.add(node.line(), key(key), "has no value");
      return Optional.empty();
    }
    if (scalar.text().length() > MAX_TEXT || scalar.text().chars().anyMatch(c -> c < ' ')) {
      problems.add(
          node.line(),
          key(key),
          "has a control character, or is longer than " + MAX_TEXT + " characters");
      return Optional.empty();
    }
    return Optional.of(scalar.text());
  }

  /** A text of several lines, at most 64 KiB; empty if it is not there. */
  String statement(String key) {
    YamlNode node = node(key).orElse(null);
    if (node instanceof YamlNode.Scalar scalar && scalar.text().length() <= MAX_STATEMENT) {
      return scalar.text();
    }
    if (node != null) {
      problem(key, "is no text, or is longer than " + MAX_STATEMENT + " characters");
    }
    return "";
  }

  /** A list of texts, empty if it is not there; a single value is taken as a list of one. */
  List<String> texts(String key) {
    YamlNode node = node(key).orElse(null);
    if (node == null) {
      return List.of();
    }
    List<YamlNode> items =
        node instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(node);
    if (items.isEmpty()) {
      problem(key, "is an empty list");
    }
    List<String> texts = new ArrayList<>();
    items.forEach(item -> scalar(key, item).ifPresent(texts::add));
    return texts;
  }

  /** A path, relative to {@code base} where it is relative. */
  Optional<Path> path(String key, Path base) {
    return text(key)
        .flatMap(
            text -> {
              try {
                return Optional.of(base.resolve(text).normalize());
              } catch (InvalidPathException e) {
                problem(key, "is no path");
                return Optional.empty();
              }
            });
  }

  /** One of the words of an enumeration, in lower case with dashes; {@code otherwise} if absent. */
  <E> E choice(String key, List<E> choices, Function<E, String> word, E otherwise) {
    return text(key).flatMap(text -> chosen(key, text, choices, word)).orElse(otherwise);
  }

  /** Several of them. */
  <E> List<E> choices(String key, List<E> choices, Function<E, String> word) {
    List<E> chosen = new ArrayList<>();
    texts(key).forEach(text -> chosen(key, text, choices, word).ifPresent(chosen::add));
    return chosen;
  }

  private <E> Optional<E> chosen(
      String key, String text, List<E> choices, Function<E, String> word) {
    for (E choice : choices) {
      if (word.apply(choice).equals(text)) {
        return Optional.of(choice);
      }
    }
    List<String> words = choices.stream().map(word).toList();
    problem(
        key,
        "is " + Suggestion.quote(text) + ", one of " + String.join(", ", words) + " is expected");
    return Optional.empty();
  }

  boolean flag(String key) {
    return choice(key, List.of(true, false), on -> on ? "on" : "off", false);
  }

  /** {@code true} or {@code false}, if it is there. */
  Optional<Boolean> truth(String key) {
    return Optional.ofNullable(choice(key, List.of(true, false), String::valueOf, null));
  }

  /** Where what is wrong is told. */
  Problems problems() {
    return problems;
  }

  /** The file that it stands in. */
  Path file() {
    return problems.file();
  }

  /** File and line, for a person. */
  String place() {
    return problems.file() + ":" + line;
  }

  /** A number within bounds. */
  int number(String key, int least, int most, int otherwise) {
    return (int)
        quantity(key, least, most, otherwise, Quantity::count, value -> Long.toString(value));
  }

  /** A size within bounds, in bytes. */
  long size(String key, long least, long most, long otherwise) {
    return quantity(key, least, most, otherwise, Quantity::bytes, Quantity::bytesText);
  }

  /** A duration within bounds. */
  Duration duration(String key, Duration least, Duration most, Duration otherwise) {
    return Duration.ofMillis(
        quantity(
            key,
            least.toMillis(),
            most.toMillis(),
            otherwise.toMillis(),
            Quantity::millis,
            Quantity::millisText));
  }

  private long quantity(
      String key,
      long least,
      long most,
      long otherwise,
      Function<String, Quantity> parse,
      Function<Long, String> print) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return otherwise;
    }
    Quantity quantity = parse.apply(text.get());
    if (quantity.wrong() != null) {
      problem(key, "is " + Suggestion.quote(text.get()) + ", " + quantity.wrong());
      return otherwise;
    }
    if (quantity.value() < least || quantity.value() > most) {
      problem(
          key,
          String.format(
              Locale.ROOT,
              "is %s, must be from %s to %s",
              print.apply(quantity.value()),
              print.apply(least),
              print.apply(most)));
      return otherwise;
    }
    return quantity.value();
  }
}
