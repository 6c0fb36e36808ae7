package dev.stepgate.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes transcripts into their files, of which it keeps a bounded number open, those that were
 * written last. One thread.
 */
final class OpenFiles implements AutoCloseable {

  /** So many recordings at most have their two files open. */
  static final int MAX_OPEN = 128;

  private final Path recordings;
  private final boolean durable;
  private final Forcing forcing;
  private final Map<Transcript, Transcript> open = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Transcript> unforced = new LinkedHashSet<>();
  private final Set<Path> unforcedDirectories = new LinkedHashSet<>();

  /**
   * @param durable whether {@link #force} will be asked to bring all to the disk
   */
  OpenFiles(Path recordings, boolean durable, Forcing forcing) {
    this.recordings = recordings;
    this.forcing = forcing;
    this.durable = durable;
  }

  /**
   * Writes what is pending, bodies first, so that no line speaks of a body that is not there. May
   * be called again after it failed.
   */
  void write(Transcript transcript) throws IOException {
    try {
      if (transcript.pendingBodies.length() > 0) {
        write(bodies(transcript), transcript.pendingBodies, transcript.bodiesWritten);
      }
      if (transcript.pendingLines.length() > 0) {
        write(lines(transcript), transcript.pendingLines, transcript.linesWritten);
      }
    } catch (IOException e) {
      close(transcript);
      throw e;
    }
    transcript.bodiesWritten += transcript.pendingBodies.length();
    transcript.linesWritten += transcript.pendingLines.length();
    if (durable) {
      unforced.add(transcript);
    }
  }

  /**
   * Cuts both files to what the transcript says. Where a bodies file is missing, zeros take its
   * place: all of it was withheld.
   */
  void truncate(Transcript transcript) throws IOException {
    lines(transcript).truncate(transcript.linesWritten);
    if (transcript.bodiesWritten > 0 || Files.exists(transcript.bodiesFile)) {
      FileChannel channel = bodies(transcript).truncate(transcript.bodiesWritten);
      if (channel.size() < transcript.bodiesWritten) {
        channel.write(ByteBuffer.allocate(1), transcript.bodiesWritten - 1);
      }
    }
    if (durable) {
      unforced.add(transcript);
    }
  }

  /** Brings to the disk what was written since the last time. */
  void force() throws IOException {
    for (Iterator<Transcript> each = unforced.iterator(); each.hasNext(); each.remove()) {
      Transcript transcript = each.next();
      boolean ended = transcript.ended;
      forcing.content(transcript.linesFile, lines(transcript));
      if (transcript.bodiesWritten > 0) {
        forcing.content(transcript.bodiesFile, bodies(transcript));
      }
      if (ended) {
        close(transcript);
      }
    }
    for (Iterator<Path> each = unforcedDirectories.iterator(); each.hasNext(); each.remove()) {
      forcing.directory(each.next());
    }
  }

  /** Closes a transcript's files. */
  void close(Transcript transcript) {
    open.remove(transcript);
    close(transcript.linesChannel);
    close(transcript.bodiesChannel);
    transcript.linesChannel = null;
    transcript.bodiesChannel = null;
  }

  @Override
  public void close() {
    List.copyOf(open.keySet()).forEach(this::close);
  }

  private static void write(FileChannel channel, LineBuffer from, long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(from.bytes(), 0, from.length());
    while (bytes.hasRemaining()) {
      channel.write(bytes, at + bytes.position());
    }
  }

  private FileChannel lines(Transcript transcript) throws IOException {
    keep(transcript);
    if (transcript.linesChannel == null) {
      transcript.linesChannel = open(transcript.linesFile, transcript.fresh);
      transcript.fresh = false;
    }
    return transcript.linesChannel;
  }

  private FileChannel bodies(Transcript transcript) throws IOException {
    if (transcript.fresh) {
      // Its own file first: it must be new, and this one beside it is then the recording's.
      lines(transcript);
    }
    keep(transcript);
    if (transcript.bodiesChannel == null) {
      transcript.bodiesChannel = open(transcript.bodiesFile, false);
    }
    return transcript.bodiesChannel;
  }

  private void keep(Transcript transcript) {
    if (open.put(transcript, transcript) == null && open.size() > MAX_OPEN) {
      close(open.keySet().iterator().next());
    }
  }

  private FileChannel open(Path file, boolean fresh) throws IOException {
    Set<StandardOpenOption> how =
        fresh
            ? Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Path session = file.getParent();
    if (fresh && !Files.isDirectory(session)) {
      createDirectory(session);
    }
    FileChannel channel = FileChannel.open(file, how, Ownership.FILE);
    if (durable) {
      unforcedDirectories.add(session);
    }
    return channel;
  }

  private void createDirectory(Path session) throws IOException {
    try {
      Files.createDirectory(session, Ownership.DIRECTORY);
    } catch (FileAlreadyExistsException e) {
      // Another lane was faster.
    }
    if (durable) {
      unforcedDirectories.add(recordings);
    }
  }

  private static void close(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing is buffered in a channel: what was written was written.
      }
    }
  }
}
