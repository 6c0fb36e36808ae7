package dev.stepgate.recording;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A seeded run of events over a few recordings, which remembers what it was told was kept, and what
 * a recording must then hold.
 */
final class Script {

  private static final int RECORDINGS = 4;
  private static final int MAX_BODY = 3000;

  private final Random random;
  private final Lane lane;
  private final int piece;
  private final Recording[] open = new Recording[RECORDINGS];
  private final int[] number = new int[RECORDINGS];
  private final long[] operation = new long[RECORDINGS];

  /** What each recording was told, by its number. */
  private final List<List<String>> kept = new ArrayList<>();

  /**
   * @param piece the size in bytes that the lane's journal cuts data and responses into
   */
  Script(long seed, Lane lane, int piece) {
    this.random = new Random(seed);
    this.lane = lane;
    this.piece = piece;
    kept.add(List.of());
  }

  /** Does one more thing. */
  void step() {
    int at = random.nextInt(RECORDINGS);
    if (open[at] == null) {
      number[at] = kept.size();
      operation[at] = 0;
      kept.add(new ArrayList<>());
      open[at] =
          lane.open(Given.session(Given.SESSION), Given.connection(Given.SESSION, number[at]));
      return;
    }
    byte[] bytes = bytes();
    ByteBuffer body = ByteBuffer.wrap(bytes);
    String shown = HexFormat.of().formatHex(bytes);
    long current = operation[at];
    switch (random.nextInt(9)) {
      case 0 -> {
        open[at].note("sync", body);
        keep(at, "note " + shown);
      }
      case 1, 2, 3 -> {
        current = ++operation[at];
        open[at].request(current, new Operation(Operation.Kind.QUERY, 0), body);
        keep(at, "request " + current + " " + shown);
      }
      case 4 -> {
        open[at].requestData(current, body);
        keepPieces(at, "data " + current, shown);
      }
      case 5, 6 -> {
        open[at].response(current, body);
        keepPieces(at, "response " + current, shown);
      }
      case 7 -> {
        open[at].outcome(current, Outcome.DONE, 1, body);
        if (bytes.length > piece) {
          keepPieces(at, "response " + current, shown);
          shown = "";
        }
        keep(at, "outcome " + current + " " + shown);
      }
      default -> {
        if (random.nextInt(6) == 0) {
          open[at].end("done");
          keep(at, "end done");
          open[at] = null;
        }
      }
    }
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(MAX_BODY) : random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void keep(int at, String event) {
    kept.get(number[at]).add(event);
  }

  private void keepPieces(int at, String event, String hex) {
    for (int from = 0; from < hex.length(); from += 2 * piece) {
      keep(at, event + " " + hex.substring(from, Math.min(hex.length(), from + 2 * piece)));
    }
  }

  /** How many recordings were opened. */
  int recordings() {
    return kept.size() - 1;
  }

  List<String> kept(int recording) {
    return kept.get(recording);
  }

  /** What a recording's file holds, in the same words; checks all of it. */
  static List<String> held(Path file) throws IOException, RecordingDamage {
    List<String> held = new ArrayList<>();
    try (RecordingReader reader = RecordingReader.open(file)) {
      for (Optional<Line> next = reader.next(); next.isPresent(); next = reader.next()) {
        String said = said(next.get());
        if (said == null) {
          continue;
        }
        try (InputStream content = reader.content(next.get().body())) {
          String body = HexFormat.of().formatHex(content.readAllBytes());
          held.add(said.startsWith("end") ? said : said + " " + body);
        }
      }
      if (reader.torn() > 0) {
        held.add("a torn line");
      }
    }
    return held;
  }

  private static String said(Line line) {
    if (line instanceof Line.Note) {
      return "note";
    }
    if (line instanceof Line.Request it) {
      return "request " + it.operation();
    }
    if (line instanceof Line.Data it) {
      return "data " + it.operation();
    }
    if (line instanceof Line.Response it) {
      return "response " + it.operation();
    }
    if (line instanceof Line.Result it) {
      return "outcome " + it.operation();
    }
    if (line instanceof Line.End it) {
      return "end " + it.reason();
    }
    return line instanceof Line.Header ? null : "unknown";
  }
}
