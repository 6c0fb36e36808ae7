package dev.stepgate.approval;

import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Requests as files of one gateway's state directory, a file each. Those that have not ended are
 * kept in memory too. The directory is the gateway's alone: it has the state's lock.
 */
public final class RequestFiles implements RequestStore {

  /** The directory's name in the state directory. */
  public static final String DIRECTORY = "approvals";

  /** The longest file, in bytes. */
  static final int MAX_BYTES = 1 << 20;

  /** How many that have ended are kept. */
  static final int MAX_ENDED = 1_000;

  private static final String SUFFIX = ".json";

  private final Path directory;
  private final Map<String, Request> open = new HashMap<>();
  private final TreeSet<Past> past = new TreeSet<>();
  private final List<String> warnings = new ArrayList<>();

  /** One that has ended. */
  private record Past(long millis, String id) implements Comparable<Past> {
    @Override
    public int compareTo(Past other) {
      return Comparator.comparingLong(Past::millis).thenComparing(Past::id).compare(this, other);
    }
  }

  private RequestFiles(Path directory) {
    this.directory = directory;
  }

  /**
   * Those of a state directory.
   *
   * @throws IOException if they cannot be read
   */
  public static RequestFiles open(Path state) throws IOException {
    RequestFiles files = new RequestFiles(state.resolve(DIRECTORY));
    if (!Files.isDirectory(files.directory)) {
      Files.createDirectory(
          files.directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    files.read();
    return files;
  }

  /** What was found that is no request, as sentences; it counts for nothing. */
  public synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public synchronized boolean add(Request request) throws IOException {
    if (Files.exists(file(request.id()), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    write(request);
    return true;
  }

  @Override
  public synchronized Optional<Request> find(String id) throws IOException {
    if (!Request.ID.matcher(id).matches()) {
      return Optional.empty();
    }
    Request known = open.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    boolean ended = past.stream().anyMatch(request -> request.id().equals(id));
    return ended ? Optional.of(readable(file(id))) : Optional.empty();
  }

  @Override
  public synchronized List<Request> open() {
    return List.copyOf(open.values());
  }

  @Override
  public synchronized List<Request> ended(int most) throws IOException {
    List<Request> latest = new ArrayList<>();
    for (Past request : past.descendingSet()) {
      if (latest.size() == most) {
        break;
      }
      latest.add(readable(file(request.id())));
    }
    return latest;
  }

  @Override
  public synchronized boolean replace(Request after) throws IOException {
    Request before = open.get(after.id());
    if (before == null || before.version() + 1 != after.version()) {
      return false;
    }
    write(after);
    return true;
  }

  private void write(Request request) throws IOException {
    byte[] bytes = RequestText.encode(request);
    if (bytes.length > MAX_BYTES) {
      throw new IOException(
          "a request takes " + bytes.length + " bytes, the limit is " + MAX_BYTES);
    }
    Path beside = directory.resolve("." + request.id() + SUFFIX);
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(
        beside,
        file(request.id()),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    know(request);
    force();
    forget();
  }

  private void know(Request request) {
    if (request.state().open()) {
      open.put(request.id(), request);
    } else {
      open.remove(request.id());
      past.add(new Past(request.ended().toEpochMilli(), request.id()));
    }
  }

  private void forget() throws IOException {
    while (past.size() > MAX_ENDED) {
      Files.deleteIfExists(file(past.pollFirst().id()));
    }
  }

  private void read() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.startsWith(".ap-")) {
          Files.delete(file); // cut off while it was made: nobody was told of it
        } else {
          read(file, name);
        }
      }
    }
    forget();
  }

  private void read(Path file, String name) {
    try {
      Request request = readable(file);
      if (!name.equals(request.id() + SUFFIX)) {
        throw new IOException("it holds " + request.id());
      }
      know(request);
    } catch (IOException e) {
      warnings.add(
          "approvals/"
              + name
              + " is no request for approval, and counts for nothing: "
              + e.getMessage());
    }
  }

  private static Request readable(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
      throw new IOException("no regular file of at most " + MAX_BYTES + " bytes");
    }
    try {
      return RequestText.decode(Files.readAllBytes(file));
    } catch (MalformedException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Path file(String id) {
    return directory.resolve(id + SUFFIX);
  }

  private void force() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
