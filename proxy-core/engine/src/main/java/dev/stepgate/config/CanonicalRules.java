package dev.stepgate.config;

import dev.stepgate.policy.IdentityPattern;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.Ruleset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads rules from their canonical form, as recordings hold it: {@code docs/specs/policy.md}. */
public final class CanonicalRules {

  private static final List<String> KEYS = List.of("stepgate-policy", "mode", "default", "rules");

  private CanonicalRules() {}

  /** The rules; nothing if the text is empty or of a form that this version does not know. */
  public static Optional<Ruleset> read(String canonical) {
    if (canonical.isEmpty()) {
      return Optional.empty();
    }
    Problems problems = new Problems(Path.of("policy"));
    YamlNode node = YamlReader.read(canonical.getBytes(StandardCharsets.UTF_8), problems);
    if (node == null) {
      return Optional.empty();
    }
    Section root = Section.of(node, "", KEYS, problems);
    RuleReader reader = new RuleReader(CanonicalRules::identity, Approvers.UNCHECKED);
    List<Rule> rules = new ArrayList<>();
    Ruleset.Mode mode =
        root.choice(
            "mode", List.of(Ruleset.Mode.values()), Ruleset.Mode::word, Ruleset.Mode.ENFORCE);
    boolean allows =
        root.choice("default", List.of("deny", "allow"), word -> word, "deny").equals("allow");
    if (root.node("rules").orElse(null) instanceof YamlNode.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        reader
            .read(root.element("rules", i, sequence.items().get(i), ConfigKeys.RULE))
            .ifPresent(rules::add);
      }
    } else {
      root.problem("rules", "is no list");
    }
    boolean known = root.text("stepgate-policy").equals(Optional.of("1"));
    return known && problems.none()
        ? Optional.of(new Ruleset(mode, allows, rules))
        : Optional.empty();
  }

  private static Optional<IdentityPattern> identity(Section entry) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    entry.names().forEach(name -> keys.put(name, entry.texts(name)));
    return Optional.of(new IdentityPattern(keys));
  }
}
