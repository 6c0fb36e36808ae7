package dev.stepgate.config;

import java.util.List;
import java.util.Map;

/**
 * A value of a YAML file with the line that it starts on, from 1. Text only: no type is guessed.
 */
sealed interface YamlNode {

  int line();

  /** What a person calls it. */
  String kind();

  /** A text, a number, a word. */
  record Scalar(int line, String text) implements YamlNode {
    @Override
    public String kind() {
      return text.isEmpty() ? "nothing" : "a value";
    }
  }

  /** A list. */
  record Sequence(int line, List<YamlNode> items) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys with values, in the file's order. */
  record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String kind() {
      return "a section with keys";
    }
  }

  /** A key's line and its value. */
  record Entry(int line, YamlNode value) {}
}
