package dev.stepgate.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a transcript of the files that a recorder left behind. */
final class TranscriptLoader {

  private final Path recordings;
  private final boolean machineDied;
  private final Consumer<String> warnings;

  /**
   * @param machineDied whether files may hold anything, since the machine died with them; else only
   *     their ends may be torn
   */
  TranscriptLoader(Path recordings, boolean machineDied, Consumer<String> warnings) {
    this.recordings = recordings;
    this.machineDied = machineDied;
    this.warnings = warnings;
  }

  /** The transcript as far as its files are whole; null if they are damaged otherwise. */
  Transcript load(RecordingName name) throws IOException {
    Transcript transcript = new Transcript(name, recordings);
    if (!Files.exists(transcript.linesFile)) {
      transcript.fresh = true;
      return transcript;
    }
    try (RecordingReader reader =
        machineDied
            ? RecordingReader.open(transcript.linesFile)
            : RecordingReader.linesOnly(transcript.linesFile)) {
      read(reader, transcript);
    } catch (RecordingDamage damage) {
      if (!machineDied) {
        warnings.accept(
            "the recording " + name + " is damaged and left as it is: " + damage.getMessage());
        return null;
      }
      transcript.tailUnknown = true;
    }
    return transcript;
  }

  private void read(RecordingReader reader, Transcript transcript)
      throws IOException, RecordingDamage {
    for (Optional<Line> next = reader.next(); next.isPresent(); next = reader.next()) {
      Line line = next.get();
      if (machineDied && line.body().state() == Body.State.WITHHELD && !transcript.ended) {
        // Zeros where the machine died before a body reached the disk.
        transcript.tailUnknown = true;
        return;
      }
      reader.copyHead(transcript.head);
      transcript.lines = reader.lines();
      transcript.linesWritten = reader.bytes();
      transcript.bodiesWritten = reader.regionsEnd();
      transcript.operations = reader.operations();
      transcript.refused = reader.refused();
      transcript.ended = reader.ended();
      transcript.lastTime = line.time();
      transcript.applied += events(line);
    }
  }

  /** How many events of the journal a line stands for. */
  private static long events(Line line) {
    if (line instanceof Line.Rest rest) {
      return rest.pieces();
    }
    return line instanceof Line.End end && end.found().isPresent() ? 0 : 1;
  }
}
