package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes rules in their canonical form: {@code docs/specs/policy.md}. */
final class Canonical {

  private final StringBuilder out = new StringBuilder();

  private Canonical() {}

  static String of(Ruleset ruleset) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("stepgate-policy", 1);
    all.put("mode", ruleset.mode().word());
    all.put("default", ruleset.allowsRest() ? "allow" : "deny");
    all.put("rules", ruleset.rules().stream().map(Canonical::rule).toList());
    Canonical canonical = new Canonical();
    canonical.value(all);
    return canonical.out.toString();
  }

  private static Map<String, Object> rule(Rule rule) {
    Map<String, Object> keys = new LinkedHashMap<>();
    Rule.What what = rule.what();
    keys.put("name", rule.name());
    List<String> effects = new ArrayList<>(what.effects().stream().map(Effect::word).toList());
    if (what.unknown()) {
      effects.add("unknown");
    }
    keys.put("effects", effects);
    texts(keys, "relations", what.relations());
    texts(keys, "objects", what.objects());
    texts(keys, "columns", what.columns());
    texts(keys, "functions", what.functions());
    if (what.rows() != Rule.Rows.ANY) {
      keys.put("without_where", what.rows() == Rule.Rows.ALL);
    }
    texts(keys, "text", what.text());
    if (what.later()) {
      keys.put("later", true);
    }
    if (!rule.when().identity().isEmpty()) {
      keys.put("identity", rule.when().identity().stream().map(IdentityPattern::keys).toList());
    }
    if (!rule.when().times().isEmpty()) {
      keys.put("times", rule.when().times().stream().map(Canonical::window).toList());
    }
    then(keys, rule.then());
    return keys;
  }

  private static void texts(Map<String, Object> keys, String key, List<?> patterns) {
    if (!patterns.isEmpty()) {
      keys.put(key, patterns.stream().map(Object::toString).toList());
    }
  }

  private static Map<String, Object> window(Window window) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("days", window.days().stream().map(Window::word).toList());
    keys.put("hours", window.hours());
    keys.put("zone", window.zone().getId());
    return keys;
  }

  private static void then(Map<String, Object> keys, Rule.Then then) {
    switch (then.verdict()) {
      case DENY -> keys.put("deny", then.message());
      case ALLOW -> keys.put("allow", true);
      default -> {
        Map<String, Object> ask = new LinkedHashMap<>();
        ask.put("from", then.ask().from());
        ask.put("count", then.ask().count());
        ask.put("within", then.ask().within().toSeconds() + "s");
        keys.put("require_approval", ask);
        if (!then.message().isEmpty()) {
          keys.put("message", then.message());
        }
      }
    }
  }

  private void value(Object value) {
    if (value instanceof Map<?, ?> map) {
      String comma = "";
      out.append('{');
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(comma);
        text(String.valueOf(entry.getKey()));
        out.append(':');
        value(entry.getValue());
        comma = ",";
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      String comma = "";
      out.append('[');
      for (Object item : list) {
        out.append(comma);
        value(item);
        comma = ",";
      }
      out.append(']');
    } else if (value instanceof String text) {
      text(text);
    } else {
      out.append(value);
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
