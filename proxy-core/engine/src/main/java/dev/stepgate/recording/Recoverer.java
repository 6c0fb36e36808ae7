package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Finishes what a recorder left behind that died: brings into the files what the journal has and
 * they have not, and ends the recordings that were open. It may die itself at any point and be
 * begun again: what a file holds tells which events it has, and the journal is given up last.
 */
final class Recoverer {

  private static final int BATCH_BYTES = 1 << 20;
  private static final Pattern FILE = Pattern.compile("(\\d{4,9})\\.jsonl");

  private final RecordingSettings settings;
  private final boolean machineDied;
  private final Instant now;
  private final Pen pen;
  private final OpenFiles files;
  private final TranscriptLoader loader;
  private final CRC32C crc = new CRC32C();
  private final Map<RecordingName, Transcript> transcripts = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private int pending;

  Recoverer(RecordingSettings settings, Salts salts, boolean machineDied, Instant now) {
    this.settings = settings;
    this.machineDied = machineDied;
    this.now = now;
    this.pen = new Pen(salts);
    this.files =
        new OpenFiles(
            settings.recordings(), settings.durability() == Durability.DISK, Forcing.REAL);
    this.loader = new TranscriptLoader(settings.recordings(), machineDied, warnings::add);
  }

  /**
   * Recovers.
   *
   * @param lanes all segments; drained when this returns
   * @param unclean whether the predecessor did not close
   */
  Recovery recover(Map<Integer, List<Segment>> lanes, boolean unclean) throws IOException {
    try (files) {
      boolean work = unclean;
      for (List<Segment> lane : lanes.values()) {
        work |= replay(lane);
      }
      if (work) {
        findOpen();
      }
      List<Head> interrupted = end();
      lanes.values().forEach(lane -> lane.forEach(this::giveUp));
      if (machineDied && settings.durability() == Durability.PROCESS) {
        warnings.add(
            "the machine went down while recordings were open under durability process: their last"
                + " events may be missing");
      }
      return new Recovery(interrupted, warnings);
    }
  }

  private void giveUp(Segment segment) {
    if (segment.state() > 0) {
      segment.drained();
      segment.wipe(segment.size(), settings.durability() == Durability.DISK);
    }
  }

  private boolean replay(List<Segment> lane) throws IOException {
    List<Segment> used = new ArrayList<>(lane);
    used.removeIf(segment -> segment.state() <= 0);
    used.sort(Comparator.comparingLong(Segment::state));
    // Zeroed, since its content is in the files, though its state did not reach the disk. Were its
    // content lost instead, the numbers of the events that follow would tell.
    while (machineDied && used.size() > 1 && empty(used.get(0))) {
      used.remove(0);
    }
    Replay replay = new Replay();
    for (int i = 0; i < used.size(); i++) {
      Segment segment = used.get(i);
      boolean rolled = replay(segment, replay);
      boolean next = i + 1 < used.size();
      if (next && !(rolled && used.get(i + 1).state() == segment.state() + 1)) {
        gap(segment, used.subList(i + 1, used.size()));
        break;
      }
    }
    write();
    replay.giveUp();
    return !used.isEmpty();
  }

  private boolean empty(Segment segment) {
    int tag = (int) segment.state();
    return Frame.check(segment.scratch(), Segment.FIRST, tag, segment.secret(), crc)
        == Frame.NOTHING;
  }

  /** Replays one segment; whether it ends with a roll to the next. */
  private boolean replay(Segment segment, Replay replay) throws IOException {
    Frame frame = new Frame();
    int tag = (int) segment.state();
    int at = Segment.FIRST;
    while (true) {
      int bytes = Frame.check(segment.scratch(), at, tag, segment.secret(), crc);
      if (bytes <= 0) {
        if (bytes == Frame.TORN && !machineDied) {
          warnings.add("the journal is damaged: " + segment.file() + " at byte " + at);
          tailsUnknown();
        }
        return false;
      }
      frame.point(segment.content(), at, bytes);
      if (frame.type() == Frame.ROLL) {
        return true;
      }
      replay.next(frame);
      at += Frame.aligned(bytes);
    }
  }

  /** Frames beyond a gap are no evidence of what came before them: they are left out. */
  private void gap(Segment segment, List<Segment> later) {
    for (Segment beyond : later) {
      int tag = (int) beyond.state();
      if (Frame.check(beyond.scratch(), Segment.FIRST, tag, beyond.secret(), crc) > 0) {
        warnings.add("the journal breaks off in " + segment.file() + " before its end");
        tailsUnknown();
        return;
      }
    }
  }

  private void tailsUnknown() {
    transcripts.values().stream()
        .filter(Objects::nonNull)
        .forEach(transcript -> transcript.tailUnknown = true);
  }

  /** Looks for recordings without an end of which the journal knows nothing any more. */
  private void findOpen() throws IOException {
    try (DirectoryStream<Path> sessions = Files.newDirectoryStream(settings.recordings())) {
      for (Path session : sessions) {
        if (machineDied || !Files.exists(session.resolve(Heads.FILE))) {
          findOpen(session);
        }
      }
    }
  }

  private void findOpen(Path session) throws IOException {
    for (Path file : Heads.files(session)) {
      Matcher number = FILE.matcher(file.getFileName().toString());
      if (number.matches() && isSession(session) && !RecordingSummary.ended(file)) {
        SessionId id = new SessionId(session.getFileName().toString());
        transcript(RecordingName.of(id, Integer.parseInt(number.group(1))));
      }
    }
  }

  private static boolean isSession(Path directory) {
    try {
      return new SessionId(directory.getFileName().toString()).value() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private List<Head> end() throws IOException {
    List<Head> interrupted = new ArrayList<>();
    for (Transcript transcript : new ArrayList<>(transcripts.values())) {
      if (transcript == null || transcript.ended) {
        continue;
      }
      if (transcript.lines == 0) {
        warnings.add("of the recording " + transcript.name + " nothing is left but its name");
        continue;
      }
      transcript.tailUnknown |= machineDied && settings.durability() == Durability.PROCESS;
      pen.interrupted(transcript, now);
      write();
      interrupted.add(transcript.head());
    }
    interrupted.sort(Heads.ORDER);
    if (settings.durability() == Durability.DISK) {
      files.force();
    }
    return interrupted;
  }

  /** The transcript as its file has it; null if it is left alone. */
  private Transcript transcript(RecordingName name) throws IOException {
    if (!transcripts.containsKey(name)) {
      Transcript loaded = loader.load(name);
      transcripts.put(name, loaded);
      if (loaded != null && !loaded.fresh && !loaded.ended) {
        files.truncate(loaded);
      }
    }
    return transcripts.get(name);
  }

  private void write() throws IOException {
    for (Transcript transcript : pen.dirty()) {
      pen.closeRest(transcript);
      files.write(transcript);
      pen.clean(transcript);
      if (transcript.ended) {
        // Nothing of it follows, and a journal may hold very many.
        transcripts.remove(transcript.name);
      }
    }
    pen.dirty().clear();
    pending = 0;
  }

  /** The frames of one lane, one after the other. */
  private final class Replay {

    private final EventSequence sequence = new EventSequence();

    void next(Frame frame) throws IOException {
      RecordingName name =
          new RecordingName(frame.sessionHigh(), frame.sessionLow(), frame.number());
      Transcript transcript = transcript(name);
      if (transcript == null || frame.event() <= transcript.applied) {
        if (frame.type() == Frame.END && transcript != null && transcript.ended) {
          transcripts.remove(name);
        }
        return;
      }
      if (!sequence.follows(transcript, frame)) {
        leave(name, transcript, frame);
        return;
      }
      pen.apply(transcript, frame);
      pending += frame.length();
      if (pending >= BATCH_BYTES) {
        write();
      }
    }

    /** An event of which not all frames came did not happen: nobody was told that it was kept. */
    void giveUp() throws IOException {
      if (sequence.underWay() != null) {
        write();
        pen.discard(sequence.underWay());
        files.truncate(sequence.underWay());
        sequence.giveUp();
      }
    }

    private void leave(RecordingName name, Transcript transcript, Frame frame) throws IOException {
      giveUp();
      if (transcript.lines == 0) {
        warnings.add("the recording " + name + " is gone, of which the journal still has events");
        transcripts.put(name, null);
      } else if (!transcript.tailUnknown) {
        transcript.tailUnknown = true;
        warnings.add(
            "the recording "
                + name
                + " has event "
                + transcript.applied
                + " last and the journal goes on with event "
                + frame.event());
      }
    }
  }
}
