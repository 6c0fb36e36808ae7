package dev.stepgate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2026-11-24T07:59:59Z, true", // Tuesday, 08:59 in Berlin
    "2026-11-24T06:59:59Z, false",
    "2026-11-24T07:00:00Z, true",
    "2026-11-24T16:59:59Z, true",
    "2026-11-24T17:00:00Z, false",
    "2026-07-21T06:00:00Z, true", // summer: 08:00 is an hour earlier
    "2026-11-28T10:00:00Z, false", // Saturday
  })
  void office_hours_in_berlin(Instant time, boolean within) {
    Window office =
        new Window(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY), 8 * 60, 18 * 60, BERLIN);

    assertThat(office.contains(time.toEpochMilli())).isEqualTo(within);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2026-11-27T21:59:00Z, false", // Friday
    "2026-11-27T22:00:00Z, true",
    "2026-11-28T05:59:00Z, true", // Saturday morning belongs to Friday
    "2026-11-28T06:00:00Z, false",
    "2026-11-28T22:00:00Z, false",
    "2026-11-27T05:00:00Z, false" // Friday morning belongs to Thursday
  })
  void a_night_belongs_to_the_day_on_which_it_begins(Instant time, boolean within) {
    Window night = new Window(EnumSet.of(DayOfWeek.FRIDAY), 22 * 60, 6 * 60, ZoneId.of("UTC"));

    assertThat(night.contains(time.toEpochMilli())).isEqualTo(within);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2026-11-24T00:00:00Z, true",
    "2026-11-24T23:59:59Z, true",
    "2026-11-25T00:00:00Z, false"
  })
  void a_whole_day(Instant time, boolean within) {
    Window day = new Window(EnumSet.of(DayOfWeek.TUESDAY), 0, Window.DAY, ZoneId.of("UTC"));

    assertThat(day.contains(time.toEpochMilli())).isEqualTo(within);
    assertThat(day).hasToString("tue 00:00-24:00 UTC");
  }
}
