package dev.stepgate.config;

import dev.stepgate.operation.Effect;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.IdentityPattern;
import dev.stepgate.policy.NamePattern;
import dev.stepgate.policy.ObjectPattern;
import dev.stepgate.policy.Rule;
import dev.stepgate.policy.Wildcard;
import dev.stepgate.policy.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads one rule. */
final class RuleReader {

  /** Most patterns of one key of a rule. */
  static final int MAX_PATTERNS = 1_000;

  /** Longest message, in characters: it stands in one line beside the reference. */
  static final int MAX_MESSAGE = 300;

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?");
  private static final int MAX_COUNT = 10;
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final Set<Effect> WITH_ROWS =
      EnumSet.of(Effect.UPDATE, Effect.DELETE, Effect.MERGE);
  private static final int RELATION_PARTS = 2;
  private static final int COLUMN_PARTS = 3;

  /** The sorts of things that {@code objects} may name, by how many parts their names have. */
  private static final List<String> IN_A_SCHEMA =
      List.of(
          "table",
          "view",
          "materialized view",
          "sequence",
          "index",
          "foreign table",
          "function",
          "procedure",
          "aggregate",
          "type",
          "domain",
          "operator",
          "collation",
          "conversion");

  private static final List<String> IN_NO_SCHEMA =
      List.of(
          "schema",
          "role",
          "database",
          "extension",
          "language",
          "event trigger",
          "foreign server",
          "publication",
          "subscription",
          "tablespace",
          "setting",
          "channel");

  private final Function<Section, Optional<IdentityPattern>> identities;
  private final Approvers approvers;

  /**
   * A reader.
   *
   * @param identities reads an entry of {@code identity}
   * @param approvers who can be asked
   */
  RuleReader(Function<Section, Optional<IdentityPattern>> identities, Approvers approvers) {
    this.identities = identities;
    this.approvers = approvers;
  }

  /** The rule, if the section holds a whole one; what is wrong goes to its problems. */
  Optional<Rule> read(Section section) {
    String name = section.required("name");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      section.problem(
          "name",
          "is "
              + Suggestion.quote(name)
              + ", at most 64 letters, digits, dots, dashes and underscores are expected");
    }
    Optional<Rule.Then> then = then(section);
    Rule.What what = what(section, then.map(Rule.Then::verdict).orElse(Decision.Verdict.ASK));
    List<IdentityPattern> identity = new ArrayList<>();
    section
        .sections("identity", List.of())
        .forEach(entry -> identities.apply(entry).ifPresent(identity::add));
    List<Window> times = new ArrayList<>();
    section
        .sections("times", ConfigKeys.TIMES)
        .forEach(entry -> WindowReader.read(entry).ifPresent(times::add));
    return then.map(found -> new Rule(name, new Rule.When(identity, times), what, found));
  }

  private Optional<Rule.Then> then(Section section) {
    List<String> given =
        List.of("deny", "require_approval", "allow").stream().filter(section::has).toList();
    if (given.size() != 1) {
      section.problem(
          given.isEmpty() ? "name" : given.get(1),
          given.isEmpty()
              ? "belongs to a rule that does nothing: write one of deny, require_approval, allow"
              : "cannot stand beside " + given.get(0) + ": a rule does one thing");
      return Optional.empty();
    }
    if (section.has("message") && !section.has("require_approval")) {
      section.problem(
          "message", "belongs to require_approval; deny holds its own message, allow needs none");
    }
    return switch (given.get(0)) {
      case "deny" -> Optional.of(Rule.Then.deny(message(section, "deny")));
      case "allow" -> {
        if (!section.truth("allow").orElse(true)) {
          section.problem("allow", "is false, which says nothing; to forbid, write deny: \"…\"");
        }
        yield Optional.of(Rule.Then.ALLOW);
      }
      default ->
          section
              .section("require_approval", ConfigKeys.REQUIRE_APPROVAL)
              .map(ask -> Rule.Then.ask(ask(ask), message(section, "message")));
    };
  }

  private static String message(Section section, String key) {
    String text = section.text(key).orElse("");
    if (text.length() > MAX_MESSAGE) {
      section.problem(key, "has " + text.length() + " characters, more than " + MAX_MESSAGE);
    }
    return text;
  }

  private Decision.Ask ask(Section ask) {
    if (!ask.has("from")) {
      ask.required("from");
    }
    List<String> from = ask.texts("from");
    int count = ask.number("count", 1, MAX_COUNT, 1);
    approvers.wrongWith(from, count).ifPresent(wrong -> ask.problem("from", wrong));
    return new Decision.Ask(from, count, ask.duration("within", SHORTEST, LONGEST, WITHIN));
  }

  private static Rule.What what(Section section, Decision.Verdict verdict) {
    Effects effects = effects(section);
    List<NamePattern> relations =
        names(section, "relations", RELATION_PARTS, "public.orders, *.orders");
    List<ObjectPattern> objects = objects(section);
    List<NamePattern> columns = names(section, "columns", COLUMN_PARTS, "app.users.password");
    List<NamePattern> functions =
        names(section, "functions", RELATION_PARTS, "pg_catalog.pg_read_*");
    Rule.Rows rows =
        section
            .truth("without_where")
            .map(without -> without ? Rule.Rows.ALL : Rule.Rows.CHOSEN)
            .orElse(Rule.Rows.ANY);
    List<Wildcard> text = bounded(section, "text").stream().map(Wildcard::of).toList();
    boolean later = section.truth("later").orElse(false);
    boolean narrow =
        !relations.isEmpty()
            || !objects.isEmpty()
            || !columns.isEmpty()
            || !functions.isEmpty()
            || rows != Rule.Rows.ANY;
    if (effects.unknown && narrow) {
      section.problem(
          "effects",
          "holds unknown, which no other key can narrow: nobody knows what it touches; write a rule"
              + " of its own");
    }
    if (rows != Rule.Rows.ANY && effects.words.stream().noneMatch(WITH_ROWS::contains)) {
      section.problem(
          "without_where", "fits none of the effects: only update, delete and merge have a WHERE");
    }
    if (!columns.isEmpty() && (!relations.isEmpty() || !objects.isEmpty())) {
      section.problem(
          "columns", "cannot stand beside relations or objects: a column names its relation");
    }
    if (verdict == Decision.Verdict.ALLOW) {
      allowance(section, columns, later);
    }
    // A rule that forbids whatever is done forbids what is not known, too.
    boolean everything = !section.has("effects") && !narrow && verdict != Decision.Verdict.ALLOW;
    return new Rule.What(
        effects.words,
        effects.unknown || everything,
        relations,
        objects,
        columns,
        functions,
        rows,
        text,
        later);
  }

  private static void allowance(Section section, List<NamePattern> columns, boolean later) {
    if (!columns.isEmpty()) {
      section.problem(
          "columns",
          "cannot narrow what is allowed; forbid the others, or give the role no right to them");
    }
    if (later) {
      section.problem(
          "later", "belongs to rules that forbid or ask: what is made is allowed when it runs");
    }
  }

  private record Effects(Set<Effect> words, boolean unknown) {}

  private static Effects effects(Section section) {
    if (!section.has("effects")) {
      return new Effects(EnumSet.allOf(Effect.class), false);
    }
    Set<Effect> effects = EnumSet.noneOf(Effect.class);
    boolean unknown = false;
    for (String word : section.texts("effects")) {
      int before = effects.size();
      boolean known = false;
      for (Effect effect : Effect.values()) {
        if (effect.word().equals(word) || effect.group().word().equals(word)) {
          effects.add(effect);
          known = true;
        }
      }
      if (word.equals("unknown")) {
        unknown = true;
      } else if (!known) {
        section.problem(
            "effects",
            "holds " + Suggestion.quote(word) + ", which " + Suggestion.unknown(word, words()));
      } else if (effects.size() == before) {
        section.problem(
            "effects", "holds " + word + ", which another word of the list has already");
      }
    }
    return new Effects(effects, unknown);
  }

  private static List<String> words() {
    List<String> words = new ArrayList<>();
    for (Effect.Group group : Effect.Group.values()) {
      words.add(group.word());
    }
    for (Effect effect : Effect.values()) {
      words.add(effect.word());
    }
    words.add("unknown");
    return words;
  }

  private static List<String> bounded(Section section, String key) {
    List<String> texts = section.texts(key);
    if (texts.size() > MAX_PATTERNS) {
      section.problem(key, "holds " + texts.size() + ", at most " + MAX_PATTERNS + " may be");
    }
    texts.stream()
        .filter(text -> text.matches("\\*+"))
        .findFirst()
        .ifPresent(
            text -> section.problem(key, "holds " + text + ", which fits all: leave the key out"));
    return texts;
  }

  private static List<NamePattern> names(Section section, String key, int parts, String example) {
    List<NamePattern> names = new ArrayList<>();
    for (String text : bounded(section, key)) {
      name(section, key, text, parts, example).ifPresent(names::add);
    }
    return names;
  }

  private static Optional<NamePattern> name(
      Section section, String key, String text, int parts, String example) {
    try {
      NamePattern name = NamePattern.parse(text);
      if (name.parts().size() == parts) {
        return Optional.of(name);
      }
      section.problem(
          key,
          String.format(
              Locale.ROOT,
              "holds %s, which has %d %s, %d are expected: %s",
              Suggestion.quote(text),
              name.parts().size(),
              name.parts().size() == 1 ? "part" : "parts",
              parts,
              example));
    } catch (IllegalArgumentException e) {
      section.problem(key, "holds " + Suggestion.quote(text) + ", which " + e.getMessage());
    }
    return Optional.empty();
  }

  private static List<ObjectPattern> objects(Section section) {
    List<ObjectPattern> objects = new ArrayList<>();
    List<String> kinds = new ArrayList<>(IN_A_SCHEMA);
    kinds.addAll(IN_NO_SCHEMA);
    for (String text : bounded(section, "objects")) {
      Optional<String> kind =
          kinds.stream().filter(word -> text.startsWith(word + " ")).findFirst();
      if (kind.isEmpty()) {
        section.problem(
            "objects",
            "holds "
                + Suggestion.quote(text)
                + ", a sort and a name are expected, \"function app.*\"; sorts: "
                + String.join(", ", kinds));
        continue;
      }
      boolean inSchema = IN_A_SCHEMA.contains(kind.get());
      name(
              section,
              "objects",
              text.substring(kind.get().length()).trim(),
              inSchema ? RELATION_PARTS : 1,
              kind.get() + (inSchema ? " app.x" : " x"))
          .ifPresent(name -> objects.add(new ObjectPattern(kind.get(), name)));
    }
    return objects;
  }
}
