package dev.stepgate.policy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Hours of some days, by the clocks on the wall of some place: {@code mon-fri 22:00-06:00
 * Europe/Berlin}. Hours that end before they begin end on the next day, and belong to the day on
 * which they began.
 *
 * @param days at least one
 * @param from minutes since midnight, 0 to 1439
 * @param to minutes since midnight, exclusive, 1 to 1440; another than {@code from}
 * @param zone the place
 */
public record Window(Set<DayOfWeek> days, int from, int to, ZoneId zone) {

  /** Minutes of a day. */
  public static final int DAY = 24 * 60;

  private static final int HOUR = 60;

  /** Copies the days. */
  public Window {
    days = Collections.unmodifiableSet(EnumSet.copyOf(days));
  }

  /** Whether the time lies within; {@code millis} since 1970. */
  public boolean contains(long millis) {
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
    int minute = time.getHour() * HOUR + time.getMinute();
    DayOfWeek today = time.getDayOfWeek();
    if (from < to) {
      return minute >= from && minute < to && days.contains(today);
    }
    return minute >= from ? days.contains(today) : minute < to && days.contains(today.minus(1));
  }

  /** For people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (DayOfWeek day : days) {
      text.append(text.length() == 0 ? "" : ",").append(word(day));
    }
    return text.append(' ').append(hours()).append(' ').append(zone).toString();
  }

  /** {@code 08:00-18:00}. */
  String hours() {
    return clock(from) + "-" + clock(to);
  }

  /** As rules write it: {@code mon}. */
  public static String word(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }

  private static String clock(int minute) {
    return String.format(Locale.ROOT, "%02d:%02d", minute / HOUR, minute % HOUR);
  }
}
