package dev.stepgate.evidence;

import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.recording.RecordingReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;

/**
 * The recordings of a bundle, to be shown. They are read for their own form and bodies only;
 * whether a log committed to them, {@link Verifier} says.
 */
public final class BundleRecordings implements Closeable {

  private final BundleFiles bundle;

  private BundleRecordings(BundleFiles bundle) {
    this.bundle = bundle;
  }

  /**
   * Opens a bundle.
   *
   * @throws MalformedException if it is of another form
   */
  public static BundleRecordings open(Path file) throws IOException {
    return new BundleRecordings(BundleFiles.open(file));
  }

  /** Their numbers in the session. */
  public SortedSet<Integer> numbers() {
    return bundle.numbers();
  }

  /** Reads one of them, until this is closed. */
  public RecordingReader reader(int number) throws IOException {
    return RecordingReader.of(bundle.lines(number), bundle.bodies(number));
  }

  @Override
  public void close() throws IOException {
    bundle.close();
  }
}
