package dev.stepgate.config;

import dev.stepgate.policy.Window;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one entry of a rule's {@code times}. */
final class WindowReader {

  private static final Pattern HOURS =
      Pattern.compile("([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])");
  private static final int HOUR = 60;

  private WindowReader() {}

  static Optional<Window> read(Section section) {
    Set<DayOfWeek> days = days(section);
    String hours = section.text("hours").orElse("00:00-24:00");
    Matcher matcher = HOURS.matcher(hours);
    int from = 0;
    int to = Window.DAY;
    if (matcher.matches()) {
      from = minute(matcher, 1);
      to = minute(matcher, 3);
    }
    if (!matcher.matches() || from >= Window.DAY || to > Window.DAY || to == 0 || from == to) {
      section.problem(
          "hours",
          "is "
              + Suggestion.quote(hours)
              + ", 08:00-18:00 or, over midnight, 22:00-06:00 is expected");
      return Optional.empty();
    }
    String zone = section.required("zone");
    if (zone.isEmpty() || days.isEmpty()) {
      return Optional.empty();
    }
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      section.problem(
          "zone",
          "is " + Suggestion.quote(zone) + ", a zone's name is expected: UTC, Europe/Berlin");
      return Optional.empty();
    }
    return Optional.of(new Window(days, from, to, ZoneId.of(zone)));
  }

  private static int minute(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group)) * HOUR
        + Integer.parseInt(matcher.group(group + 1));
  }

  private static Set<DayOfWeek> days(Section section) {
    if (!section.has("days")) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String text : section.texts("days")) {
      String[] ends = text.split("-", 2);
      Optional<DayOfWeek> first = day(ends[0]);
      Optional<DayOfWeek> last = day(ends[ends.length - 1]);
      if (first.isEmpty() || last.isEmpty() || first.get().compareTo(last.get()) > 0) {
        section.problem(
            "days", "holds " + Suggestion.quote(text) + ", mon to sun or mon-fri is expected");
      } else {
        days.addAll(EnumSet.range(first.get(), last.get()));
      }
    }
    return days;
  }

  private static Optional<DayOfWeek> day(String word) {
    return List.of(DayOfWeek.values()).stream()
        .filter(day -> Window.word(day).equals(word))
        .findFirst();
  }
}
