package dev.stepgate.gateway.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a recording says that rules said: {@code docs/specs/policy.md}.
 *
 * @param sentence verdict, rule and reason, for a person
 * @param policy the digest of the rules
 * @param reach what the operation came to at that moment, if somebody had looked
 */
public record RecordedVerdict(String sentence, String policy, Optional<Reach.Statement> reach) {

  /** Reads a verdict; nothing if it is none that this version understands. */
  public static Optional<RecordedVerdict> of(String json) {
    try {
      JsonNode node = json.isEmpty() ? null : new ObjectMapper().readTree(json);
      return node == null ? Optional.empty() : Optional.of(of(node));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static RecordedVerdict of(JsonNode node) {
    String rule = node.path("rule").asText();
    String sentence =
        (node.path("observed").asBoolean() ? "observed only, would be " : "")
            + node.path("verdict").asText()
            + (rule.isEmpty() ? "" : " by rule \"" + rule + "\"")
            + ": "
            + node.path("reason").asText();
    return new RecordedVerdict(sentence, node.path("policy").asText(), reach(node));
  }

  private static Optional<Reach.Statement> reach(JsonNode node) {
    if (!node.has("uses")) {
      return Optional.empty();
    }
    List<Reach.Use> uses = new ArrayList<>();
    node.path("uses").forEach(use -> uses.add(use(use)));
    List<Reach.Unknown> unknown = new ArrayList<>();
    node.path("unknown")
        .forEach(
            word ->
                unknown.add(
                    new Reach.Unknown(
                        Reach.Unknown.Reason.valueOf(constant(word.asText())), "at that time")));
    if (node.has("more")) {
      unknown.add(
          new Reach.Unknown(
              Reach.Unknown.Reason.TOO_COMPLEX,
              node.path("more").asText() + " further uses are not in the recording"));
    }
    return Optional.of(new Reach.Statement(uses, List.of(), Set.of(), unknown));
  }

  private static Reach.Use use(JsonNode use) {
    return new Reach.Use(
        Effect.valueOf(constant(use.path("effect").asText())),
        use.path("kind").asText(),
        texts(use.path("name")),
        use.has("where")
            ? Facts.Where.valueOf(constant(use.path("where").asText()))
            : Facts.Where.NOT_APPLICABLE,
        texts(use.path("via")));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static String constant(String word) {
    return word.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
