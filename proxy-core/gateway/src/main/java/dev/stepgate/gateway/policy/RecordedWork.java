package dev.stepgate.gateway.policy;

import dev.stepgate.config.PolicyCases.Excerpt;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import dev.stepgate.recording.Body;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the clients of recordings did, gathered for a suggestion: by what the catalog made of it
 * where rules were observed and the recording holds that, else by the text alone.
 */
public final class RecordedWork {

  private static final int MAX_SQL = 16 << 20;
  private static final int MAX_NOTE = 1 << 20;

  private final SqlFacts facts;
  private final Suggestion suggestion = new Suggestion();
  private final Set<String> unknown = new LinkedHashSet<>();
  private int byText;
  private int operations;

  /** Nothing so far. */
  public RecordedWork(SqlFacts facts) {
    this.facts = facts;
  }

  /** Takes in a recording, if it is of that connection. */
  public void add(RecordingReader reader, String connection) throws IOException, RecordingDamage {
    Optional<Line> first = reader.next();
    if (first.isEmpty()
        || !(first.get() instanceof Line.Header header)
        || !header.target().equals(connection)) {
      return;
    }
    Map<Long, Body> asked = new LinkedHashMap<>();
    long last = 0;
    Map<Long, Reach.Statement> reached = new LinkedHashMap<>();
    for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
      if (line.get() instanceof Line.Request request) {
        asked.put(request.operation(), request.body());
        last = request.operation(); // a verdict is about the operation that was asked for last
      } else if (line.get() instanceof Line.Note note && note.kind().equals("verdict")) {
        verdict(reader, note.body(), last, reached);
      } else if (line.get() instanceof Line.Result result && result.status().equals("refused")) {
        asked.remove(result.operation());
      }
    }
    for (Map.Entry<Long, Body> operation : asked.entrySet()) {
      String reference = header.recording() + ":" + operation.getKey();
      Optional<String> sql = text(reader, operation.getValue());
      if (sql.isPresent()) {
        add(sql.get(), reached.get(operation.getKey()), reference);
      }
    }
  }

  private static void verdict(
      RecordingReader reader, Body body, long operation, Map<Long, Reach.Statement> reached)
      throws IOException {
    if (body.state() == Body.State.PRESENT && body.size() <= MAX_NOTE) {
      String json = new String(reader.content(body, MAX_NOTE), StandardCharsets.UTF_8);
      RecordedVerdict.of(json)
          .flatMap(RecordedVerdict::reach)
          .ifPresent(reach -> reached.put(operation, reach));
    }
  }

  private static Optional<String> text(RecordingReader reader, Body body) throws IOException {
    return body.state() == Body.State.PRESENT && body.size() <= MAX_SQL
        ? RecordedOperation.sql(reader.content(body, MAX_SQL))
        : Optional.empty();
  }

  private void add(String sql, Reach.Statement recorded, String reference) {
    operations++;
    Facts found = facts.of(sql);
    boolean known = recorded == null || recorded.unknown().isEmpty();
    if (!found.complete() || !known) {
      unknown.add(reference);
    }
    if (recorded != null) {
      suggestion.add(recorded);
      return;
    }
    byText++;
    new TextualReach(Excerpt.NONE, false).of(found).statements().forEach(suggestion::add);
  }

  /** What is suggested. */
  public Suggestion suggestion() {
    return suggestion;
  }

  /** How many requests were taken in. */
  public int operations() {
    return operations;
  }

  /** How many of them by their text alone. */
  public int byText() {
    return byText;
  }

  /** Those of which not everything is known, so that no narrow rule covers them. */
  public Set<String> unknown() {
    return unknown;
  }
}
