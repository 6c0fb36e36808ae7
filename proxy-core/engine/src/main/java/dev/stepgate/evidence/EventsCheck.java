package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.EventsReached;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.event.Event;
import dev.stepgate.event.EventFiles;
import dev.stepgate.event.EventReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds the gateway's events files against what the log says of them: {@code docs/specs/events.md},
 * "Verifying".
 */
final class EventsCheck {

  private static final int MAX_LISTED = 20;

  private final EventFiles files;
  private final SortedMap<Long, List<EventsHistory.Point>> known;
  private final Findings findings;
  private final List<Long> gone = new ArrayList<>();
  private final List<Integer> there;

  EventsCheck(Path state, EventsHistory history, Findings findings) throws IOException {
    this.files = new EventFiles(state);
    this.known = history.files();
    this.findings = findings;
    this.there = files.numbers();
  }

  void run() throws IOException {
    SortedMap<Long, List<EventsHistory.Point>> all = new TreeMap<>(known);
    there.forEach(number -> all.putIfAbsent((long) number, List.of()));
    for (Map.Entry<Long, List<EventsHistory.Point>> file : all.entrySet()) {
      if (there.contains(file.getKey().intValue())) {
        check(file.getKey().intValue(), file.getValue());
      } else {
        missing(file.getKey(), file.getValue());
      }
    }
    if (!gone.isEmpty() && !EventFiles.mayHaveExpired(there.size(), bytes())) {
      long newest = gone.get(gone.size() - 1);
      findings.add(
          Finding.of(
              EventFiles.DIRECTORY,
              "",
              gone.size()
                  + " files are missing that the log knows, the newest of them "
                  + EventFiles.name((int) newest)
                  + ", and the "
                  + there.size()
                  + " that are there are too few and short to have taken their place"));
    } else if (!gone.isEmpty()) {
      findings.remark(
          gone.size()
              + " events files have expired, the newest of them "
              + EventFiles.name(gone.get(gone.size() - 1).intValue())
              + ".");
    }
  }

  private long bytes() throws IOException {
    long bytes = 0;
    for (int number : there) {
      try {
        bytes += Files.size(files.file(number));
      } catch (NoSuchFileException e) {
        bytes += EventFiles.MAX_BYTES; // it expired just now, so there is no room
      }
    }
    return bytes;
  }

  // The oldest go first, so what is missing between files that are there was not let go.
  private void missing(long number, List<EventsHistory.Point> points) {
    boolean expired = there.isEmpty() || number < there.get(0);
    if (expired) {
      gone.add(number);
      return;
    }
    EventsHistory.Point last = points.get(points.size() - 1);
    findings.add(
        Finding.of(
            name((int) number),
            "",
            "is missing, and an older one is there: leaf "
                + last.leaf()
                + " of the log covers its "
                + last.reached().lines()
                + " lines",
            last.reached().head(),
            "no file"));
  }

  private void check(int number, List<EventsHistory.Point> points) throws IOException {
    int next = 0;
    try (EventReader reader = EventReader.open(files.file(number))) {
      for (Optional<Event> line = reader.next(); line.isPresent(); line = reader.next()) {
        while (next < points.size() && points.get(next).reached().lines() == reader.lines()) {
          if (!compare(number, points.get(next), reader.head())) {
            return;
          }
          next++;
        }
      }
      checkEnd(number, points, next, reader.lines());
    } catch (NoSuchFileException e) {
      gone.add((long) number); // it expired just now
    } catch (MalformedException e) {
      findings.add(Finding.of(name(number), "", "is damaged: " + Shown.plain(e.getMessage())));
    }
  }

  private boolean compare(int number, EventsHistory.Point point, String found) {
    EventsReached reached = point.reached();
    if (reached.head().hex().equals(found)) {
      return true;
    }
    findings.add(
        Finding.of(
            name(number),
            "the first " + reached.lines() + " lines",
            "changed: not what leaf " + point.leaf() + " of the log committed to",
            reached.head(),
            found));
    return false;
  }

  private void checkEnd(int number, List<EventsHistory.Point> points, int next, long lines) {
    if (next < points.size()) {
      EventsHistory.Point missing = points.get(next);
      findings.add(
          Finding.of(
              name(number),
              "",
              "was cut: leaf " + missing.leaf() + " of the log covers more lines",
              missing.reached().lines(),
              lines));
      return;
    }
    long covered = points.isEmpty() ? 0 : points.get(points.size() - 1).reached().lines();
    if (lines > covered && number <= MAX_LISTED + there.get(0)) {
      findings.remark(
          name(number) + ": " + (lines - covered) + " lines are not committed to by the log yet.");
    }
  }

  private static String name(int number) {
    return EventFiles.DIRECTORY + "/" + EventFiles.name(number);
  }
}
