package dev.stepgate.admission;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Reach;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.Edition;
import dev.stepgate.recording.Recording;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a recording says of the rules: which ones decide, and what they said where an operation was
 * not simply allowed. See {@code docs/specs/policy.md}.
 */
final class PolicyNotes {

  /** The kind of the note that holds the rules by which the operations after it are decided. */
  static final String POLICY = "policy";

  /** The kind of the note that says why an operation was not simply allowed. */
  static final String VERDICT = "verdict";

  /** Most uses of an operation that are told. */
  private static final int MOST_USES = 64;

  private final Recording recording;
  private Edition noted;

  PolicyNotes(Recording recording) {
    this.recording = recording;
  }

  /** Records the rules if they are others than those recorded last; null: there are none. */
  void decidesBy(Edition edition) {
    if (Objects.equals(edition, noted)) {
      return;
    }
    noted = edition;
    recording.note(
        POLICY, edition == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(edition.bytes()));
  }

  /** Records what the rules say of an operation. */
  void verdict(long number, Operation operation, Decision decision) {
    StringBuilder json =
        new StringBuilder("{\"operation\":").append(number).append(",\"verdict\":\"");
    json.append(decision.ask() != null ? "ask" : "deny").append('"');
    if (decision.isObserved()) {
      json.append(",\"observed\":true");
    }
    text(json.append(",\"rule\":"), decision.rule());
    text(json.append(",\"reason\":"), decision.reason());
    text(json.append(",\"policy\":"), noted == null ? "" : noted.digest());
    if (operation.reach() != null) {
      reach(json, operation.reach());
    }
    recording.note(
        VERDICT, ByteBuffer.wrap(json.append('}').toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static void reach(StringBuilder json, Reach reach) {
    json.append(",\"uses\":[");
    int told = 0;
    for (Reach.Statement statement : reach.statements()) {
      for (Reach.Use use : statement.uses()) {
        if (told < MOST_USES) {
          use(told == 0 ? json : json.append(','), use);
        }
        told++;
      }
    }
    json.append(']');
    if (told > MOST_USES) {
      json.append(",\"more\":").append(told - MOST_USES);
    }
    json.append(",\"unknown\":[");
    String comma = "";
    for (Reach.Statement statement : reach.statements()) {
      for (Reach.Unknown unknown : statement.unknown()) {
        text(
            json.append(comma), unknown.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        comma = ",";
      }
    }
    json.append(']');
  }

  private static void use(StringBuilder json, Reach.Use use) {
    text(json.append("{\"effect\":"), use.effect().word());
    text(json.append(",\"kind\":"), use.kind());
    texts(json.append(",\"name\":"), use.name());
    if (use.where() != Facts.Where.NOT_APPLICABLE) {
      text(json.append(",\"where\":"), use.where().name().toLowerCase(Locale.ROOT));
    }
    if (!use.via().isEmpty()) {
      texts(json.append(",\"via\":"), use.via());
    }
    json.append('}');
  }

  private static void texts(StringBuilder json, List<String> texts) {
    json.append('[');
    for (int i = 0; i < texts.size(); i++) {
      text(i == 0 ? json : json.append(','), texts.get(i));
    }
    json.append(']');
  }

  private static void text(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c >= 0x7f) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
