package dev.stepgate.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number with a unit, or what is wrong with it.
 *
 * @param value in the base unit
 * @param wrong what would be right, or null if the text was
 */
record Quantity(long value, String wrong) {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,15}) ?([A-Za-z]*)");
  private static final Map<String, Long> BYTES =
      new TreeMap<>(Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30));
  private static final Map<String, Long> MILLIS =
      new TreeMap<>(Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L));

  static Quantity count(String text) {
    return parse(text, Map.of("", 1L), "a whole number is expected");
  }

  static Quantity bytes(String text) {
    return parse(text, BYTES, "a size is expected: a whole number with B, KiB, MiB or GiB");
  }

  static Quantity millis(String text) {
    return parse(text, MILLIS, "a duration is expected: a whole number with ms, s, m or h");
  }

  private static Quantity parse(String text, Map<String, Long> units, String expected) {
    Matcher matcher = FORM.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    if (unit == null) {
      return new Quantity(0, expected);
    }
    long number = Long.parseLong(matcher.group(1));
    return number > Long.MAX_VALUE / unit
        ? new Quantity(0, "which is more than can be counted")
        : new Quantity(number * unit, null);
  }

  static String bytesText(long bytes) {
    return inUnits(bytes, BYTES, " B");
  }

  static String millisText(long millis) {
    return inUnits(millis, MILLIS, " ms");
  }

  // The largest unit that divides it, so that a bound reads as a person would write it.
  private static String inUnits(long value, Map<String, Long> units, String base) {
    String text = value + base;
    long largest = 1;
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value > 0 && unit.getValue() > largest && value % unit.getValue() == 0) {
        largest = unit.getValue();
        text = value / largest + " " + unit.getKey();
      }
    }
    return text;
  }
}
