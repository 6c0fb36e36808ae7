package dev.stepgate.policy;

import dev.stepgate.operation.Effect;
import java.util.List;
import java.util.Locale;

/** What is said to people about decisions. */
final class Words {

  /** The longest sentence, in characters. */
  static final int MAX_SENTENCE = 400;

  private Words() {}

  /** A reason as documentation writes it: {@code too-complex}. */
  static String of(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code delete of table app.orders (through view app.open_orders)}. */
  static String use(Effect effect, String kind, List<String> name, List<String> via) {
    StringBuilder text = new StringBuilder(effect.word());
    if (!name.isEmpty()) {
      text.append(" of ").append(kind).append(' ').append(NamePattern.exactly(name));
    }
    if (!via.isEmpty()) {
      text.append(" (through ").append(String.join(", ", via)).append(')');
    }
    return text.toString();
  }

  /** Cuts a sentence to what one line can hold. */
  static String bounded(String sentence) {
    return sentence.length() <= MAX_SENTENCE
        ? sentence
        : sentence.substring(0, MAX_SENTENCE - 1) + "…";
  }
}
