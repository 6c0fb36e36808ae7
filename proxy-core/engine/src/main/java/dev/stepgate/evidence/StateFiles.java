package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.recording.Bodies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The files of one session in a state directory. What is no regular file counts as unknown. */
final class StateFiles implements RecordingSource {

  /** A session's directory: {@code recordings/<session>}. */
  static final String RECORDINGS = "recordings";

  /** The signed checkpoint of the session's seal. */
  static final String SEAL = "seal.checkpoint";

  /** The recorder's own list of a session's final heads; it proves nothing. */
  static final String HEADS = "heads";

  static final String LINES = ".jsonl";
  static final String BODIES = ".bodies";

  private final String name;
  private final Path directory;
  private final SortedSet<Integer> numbers = new TreeSet<>();
  private final SortedSet<Integer> bodies = new TreeSet<>();
  private final List<String> unknown = new ArrayList<>();
  private boolean seal;
  private boolean heads;

  private StateFiles(String session, Path directory) {
    this.name = RECORDINGS + "/" + session + "/";
    this.directory = directory;
  }

  /** Lists a session's directory; one that is not there is empty. */
  static StateFiles of(Path state, String session) throws IOException {
    StateFiles files = new StateFiles(session, state.resolve(RECORDINGS).resolve(session));
    try (Stream<Path> list = Files.list(files.directory)) {
      list.sorted().forEach(files::sort);
    } catch (NoSuchFileException e) {
      return files;
    }
    return files;
  }

  private void sort(Path file) {
    String plain = file.getFileName().toString();
    int dot = plain.indexOf('.');
    String stem = dot < 0 ? plain : plain.substring(0, dot);
    String suffix = dot < 0 ? "" : plain.substring(dot);
    boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    if (regular && plain.equals(SEAL)) {
      seal = true;
    } else if (regular && plain.equals(HEADS)) {
      heads = true;
    } else if (regular && Names.isRecording(stem) && suffix.equals(LINES)) {
      numbers.add(Names.recording(stem));
    } else if (regular && Names.isRecording(stem) && suffix.equals(BODIES)) {
      bodies.add(Names.recording(stem));
    } else {
      unknown.add(plain);
    }
  }

  @Override
  public SortedSet<Integer> numbers() {
    return numbers;
  }

  /** The numbers of the recordings whose bodies are there. */
  SortedSet<Integer> bodies() {
    return bodies;
  }

  /** Names of other files, as they are. */
  List<String> unknown() {
    return unknown;
  }

  /** What findings call the directory, with a slash at its end. */
  String name() {
    return name;
  }

  /** Whether the checkpoint of the seal was kept. */
  boolean hasSeal() {
    return seal;
  }

  /** The recorder's list of final heads, as a stream; empty if there is none. */
  Optional<InputStream> heads() throws IOException {
    return heads ? Optional.of(Files.newInputStream(directory.resolve(HEADS))) : Optional.empty();
  }

  /** The checkpoint of the seal, at most {@code limit} bytes. */
  byte[] seal(int limit) throws IOException {
    try (InputStream in = Files.newInputStream(directory.resolve(SEAL))) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new MalformedException(name + SEAL + " is longer than " + limit + " bytes");
      }
      return bytes;
    }
  }

  Path linesPath(int number) {
    return directory.resolve(Names.recording(number) + LINES);
  }

  Path bodiesPath(int number) {
    return directory.resolve(Names.recording(number) + BODIES);
  }

  @Override
  public String linesFile(int number) {
    return name + Names.recording(number) + LINES;
  }

  @Override
  public String bodiesFile(int number) {
    return name + Names.recording(number) + BODIES;
  }

  /** The lines that are there now: what a gateway adds meanwhile is for the next time. */
  @Override
  public InputStream lines(int number) throws IOException {
    Path file = linesPath(number);
    long size = Files.size(file);
    return new Limited(Files.newInputStream(file), size);
  }

  @Override
  public Bodies bodies(int number) {
    return Bodies.file(bodiesPath(number));
  }
}
