package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.recording.Bodies;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The files of a bundle: exactly those that its manifest leads to, in their one order. */
final class BundleFiles implements RecordingSource, Closeable {

  static final String MANIFEST = "manifest.json";
  static final String KEY = "key.pub";
  static final String CHECKPOINT = "checkpoint";
  static final String CONSISTENCY = "consistency.jsonl";
  static final String LEAVES = "leaves.jsonl";

  private final Path file;
  private final ZipReader zip;
  private final Manifest manifest;
  private final SortedSet<Integer> numbers = new TreeSet<>();

  private BundleFiles(Path file, ZipReader zip) throws IOException {
    this.file = file;
    this.zip = zip;
    try {
      this.manifest = Manifest.decode(bytes(MANIFEST, Manifest.MAX_BYTES));
    } catch (MalformedException e) {
      throw new MalformedException(MANIFEST + ": " + e.getMessage());
    }
    manifest.recordings().forEach(part -> numbers.add(part.number()));
    checkNames();
  }

  /**
   * Opens a bundle.
   *
   * @throws MalformedException if it is of another form, with the offset or the file within it
   */
  static BundleFiles open(Path file) throws IOException {
    ZipReader zip = ZipReader.open(file);
    try {
      return new BundleFiles(file, zip);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  Manifest manifest() {
    return manifest;
  }

  ZipReader zip() {
    return zip;
  }

  boolean has(String name) {
    return zip.entries().containsKey(name);
  }

  byte[] bytes(String name, int limit) throws IOException {
    return zip.bytes(entry(name), limit);
  }

  JsonLines lines(String name, int limit) {
    return new JsonLines(zip.stream(entry(name)), limit);
  }

  @Override
  public SortedSet<Integer> numbers() {
    return numbers;
  }

  @Override
  public String linesFile(int number) {
    return StateFiles.RECORDINGS + "/" + Names.recording(number) + StateFiles.LINES;
  }

  @Override
  public String bodiesFile(int number) {
    return StateFiles.RECORDINGS + "/" + Names.recording(number) + StateFiles.BODIES;
  }

  @Override
  public InputStream lines(int number) {
    return zip.stream(entry(linesFile(number)));
  }

  @Override
  public Bodies bodies(int number) throws IOException {
    ZipEntry entry = zip.entries().get(bodiesFile(number));
    return entry == null
        ? Bodies.none()
        : Bodies.stretch(
            FileChannel.open(file, StandardOpenOption.READ), entry.content(), entry.size());
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private ZipEntry entry(String name) {
    return Optional.ofNullable(zip.entries().get(name))
        .orElseThrow(() -> new MalformedException(name + " is missing in the bundle"));
  }

  private void checkNames() {
    List<String> expected = new ArrayList<>(List.of(MANIFEST, KEY, CHECKPOINT));
    expected.addAll(List.of(StateFiles.SEAL, CONSISTENCY).stream().filter(this::has).toList());
    expected.add(LEAVES);
    for (Manifest.Part part : manifest.recordings()) {
      expected.add(linesFile(part.number()));
      if (part.bodies()) {
        expected.add(bodiesFile(part.number()));
      }
    }
    List<String> found = List.copyOf(zip.entries().keySet());
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      String wanted = i < expected.size() ? expected.get(i) : "no more files";
      String met = i < found.size() ? found.get(i) : "no more files";
      if (!wanted.equals(met)) {
        throw new MalformedException(
            "file " + (i + 1) + " is " + met + "; by " + MANIFEST + " it should be " + wanted);
      }
    }
  }
}
