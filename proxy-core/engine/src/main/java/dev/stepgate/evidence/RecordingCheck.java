package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.leaf.RecordingHead;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.leaf.Who;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.recording.Bodies;
import dev.stepgate.recording.Body;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds one recording against what the log says of it. First its lines alone against the heads,
 * then the bodies against the lines: so what does not hold is the fault of the file that is named.
 */
final class RecordingCheck {

  private static final SortedMap<String, String> NOBODY = new TreeMap<>();

  private final SessionHistory session;
  private final int number;
  private final RecordingSource source;
  private final Findings findings;
  private final List<RecordingHistory.Point> points;
  private final boolean last;

  private long lines;
  private long operations;
  private long refused;
  private long withheldBodies;
  private final List<String> withheld = new ArrayList<>();

  RecordingCheck(SessionHistory session, int number, RecordingSource source, Findings findings) {
    this.session = session;
    this.number = number;
    this.source = source;
    this.findings = findings;
    RecordingHistory history = session.recordings().get(number);
    this.points = history == null ? List.of() : history.points();
    this.last = history != null && history.last();
  }

  long lines() {
    return lines;
  }

  long operations() {
    return operations;
  }

  long refused() {
    return refused;
  }

  long withheldBodies() {
    return withheldBodies;
  }

  List<String> withheld() {
    return withheld;
  }

  /** Reads all of it once or twice; what does not hold goes to the findings. */
  void run() throws IOException {
    long before = findings.count();
    try (RecordingReader reader = RecordingReader.of(source.lines(number), Bodies.none())) {
      readLines(reader);
    } catch (RecordingDamage e) {
      findings.add(damage(source.linesFile(number), e));
    }
    if (findings.count() == before) {
      try (RecordingReader reader =
          RecordingReader.of(source.lines(number), source.bodies(number))) {
        readBodies(reader);
      } catch (RecordingDamage e) {
        findings.add(damage(source.bodiesFile(number), e));
      }
    }
  }

  private void readLines(RecordingReader reader) throws IOException, RecordingDamage {
    int next = 0;
    for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
      if (line.get() instanceof Line.Header header) {
        checkHeader(header);
      }
      while (next < points.size() && points.get(next).head().lines() == reader.lines()) {
        if (!compare(next, reader.hash())) {
          return;
        }
        next++;
      }
    }
    checkEnd(reader, next);
  }

  /** Whether the chain is what the log says of this number of lines. */
  private boolean compare(int point, String found) {
    RecordingHead head = points.get(point).head();
    if (head.head().hex().equals(found)) {
      return true;
    }
    long from = point == 0 ? 1 : points.get(point - 1).head().lines() + 1;
    String place = from == head.lines() ? "line " + from : "lines " + from + " to " + head.lines();
    findings.add(
        Finding.of(
            source.linesFile(number),
            place,
            "changed: not what leaf " + points.get(point).leaf() + " of the log committed to",
            head.head(),
            found));
    return false;
  }

  private static boolean sameWho(SessionOpened opened, dev.stepgate.recording.Who header) {
    return opened.who().map(Who::proof).orElse("").equals(header.proof())
        && opened.who().map(Who::verified).orElse(NOBODY).equals(header.verified());
  }

  private void checkHeader(Line.Header header) {
    String name = session.session() + "/" + Names.recording(number);
    if (!header.recording().equals(name) || !header.session().equals(session.session())) {
      findings.add(
          Finding.of(
              source.linesFile(number),
              "line 1",
              "is another recording's",
              name,
              Shown.plain(header.recording())));
    }
    session
        .opened()
        .filter(opened -> !opened.gateway().equals(header.gateway()))
        .ifPresent(
            opened ->
                findings.add(
                    Finding.of(
                        source.linesFile(number),
                        "line 1",
                        "names another gateway than the session's opening",
                        Shown.plain(opened.gateway()),
                        Shown.plain(header.gateway()))));
    session
        .opened()
        .filter(opened -> !sameWho(opened, header.who()))
        .ifPresent(
            opened ->
                findings.add(
                    Finding.of(
                        source.linesFile(number),
                        "line 1",
                        "names somebody else than the session's opening",
                        Shown.plain(opened.who().map(Who::verified).orElse(NOBODY).toString()),
                        Shown.plain(header.who().verified().toString()))));
  }

  private void checkEnd(RecordingReader reader, int next) {
    String file = source.linesFile(number);
    if (next < points.size()) {
      RecordingHistory.Point missing = points.get(points.size() - 1);
      findings.add(
          Finding.of(
              file,
              "line " + (reader.lines() + 1),
              "missing: the tail was cut, leaf "
                  + missing.leaf()
                  + " of the log covers "
                  + missing.head().lines()
                  + " lines",
              missing.head().lines() + " lines with head " + missing.head().head(),
              reader.lines() + " lines with head " + reader.hash()));
    } else if (last && reader.lines() > points.get(points.size() - 1).head().lines()) {
      RecordingHistory.Point end = points.get(points.size() - 1);
      findings.add(
          Finding.of(
              file,
              "line " + (end.head().lines() + 1),
              "surplus: leaf " + end.leaf() + " of the log ends the recording before it",
              end.head().lines() + " lines with head " + end.head().head(),
              reader.lines() + " lines with head " + reader.hash()));
    } else if (last && !reader.ended()) {
      findings.add(
          Finding.of(file, "line " + reader.lines(), "the log's final head is no end line's"));
    } else if (last && reader.torn() > 0) {
      findings.add(
          Finding.of(
              file,
              "line " + (reader.lines() + 1),
              "surplus: " + reader.torn() + " bytes after the end line"));
    }
  }

  private void readBodies(RecordingReader reader) throws IOException, RecordingDamage {
    for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
      if (line.get().body().state() == Body.State.WITHHELD
          && withheld.size() < SessionReport.MAX_LISTED) {
        withheld.add(source.bodiesFile(number) + ", line " + reader.lines());
      }
    }
    lines = reader.lines();
    operations = reader.operations();
    refused = reader.refused();
    withheldBodies = reader.withheld();
  }

  private static Finding damage(String file, RecordingDamage damage) {
    return Finding.of(
        file,
        "line " + damage.line(),
        "the value of " + Shown.plain(damage.key()) + " is wrong",
        Shown.plain(damage.expected()),
        Shown.plain(damage.found()));
  }
}
