package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Holds all recordings of one session against what the log says of it. */
final class SessionCheck {

  private final SessionHistory session;
  private final RecordingSource source;
  private final Findings findings;

  private long recordings;
  private long lines;
  private long operations;
  private long refused;
  private long withheldBodies;
  private final List<String> withheld = new ArrayList<>();

  SessionCheck(SessionHistory session, RecordingSource source, Findings findings) {
    this.session = session;
    this.source = source;
    this.findings = findings;
  }

  /** Checks, and says what was seen. */
  SessionReport run() throws IOException {
    long before = findings.count();
    for (int number : all()) {
      check(number);
    }
    if (findings.count() == before) {
      session.ended().ifPresent(this::compareCounts);
    }
    return new SessionReport(
        session.session(),
        session.state(),
        session.opened().map(SessionOpened::gateway).orElse(""),
        session.opened().map(SessionOpened::isolation).orElse(""),
        recordings,
        lines,
        operations,
        refused,
        withheldBodies,
        withheld,
        session.opened(),
        session.ended());
  }

  private SortedSet<Integer> all() {
    SortedSet<Integer> all = new TreeSet<>(session.recordings().keySet());
    all.addAll(source.numbers());
    return all;
  }

  private void check(int number) throws IOException {
    RecordingHistory known = session.recordings().get(number);
    if (!source.numbers().contains(number)) {
      findings.add(
          Finding.of(
              source.linesFile(number),
              "",
              "is missing: leaf "
                  + known.newest().leaf()
                  + " of the log covers its "
                  + known.newest().head().lines()
                  + " lines",
              known.newest().head().head(),
              "no file"));
      return;
    }
    if (known == null && session.ended().isPresent()) {
      findings.add(
          Finding.of(
              source.linesFile(number),
              "",
              "is surplus: the log knows no such recording of session " + session.session()));
      return;
    }
    RecordingCheck check = new RecordingCheck(session, number, source, findings);
    check.run();
    recordings++;
    lines += check.lines();
    operations += check.operations();
    refused += check.refused();
    withheldBodies += check.withheldBodies();
    check.withheld().stream()
        .limit(SessionReport.MAX_LISTED - withheld.size())
        .forEach(withheld::add);
  }

  private void compareCounts(SessionEnded ended) {
    compare("operations", ended.operations(), operations);
    compare("refused operations", ended.refused(), refused);
  }

  private void compare(String what, long inLog, long inRecordings) {
    if (inLog != inRecordings) {
      findings.add(
          Finding.of(
              "log",
              "leaf " + session.endedAt(),
              "the ending of session "
                  + session.session()
                  + " counts other "
                  + what
                  + " than its recordings hold",
              inRecordings,
              inLog));
    }
  }
}
