package dev.stepgate.transport;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a gateway's endpoints have their Unix sockets: a directory for each session, all in one.
 *
 * <p>Both belong to the gateway's user and only it may write them: what lies there, a step can
 * neither remove nor replace, so neither a client nor the removal at the end can be led elsewhere.
 * Others pass through; who may connect is decided by the kernel's word about the peer. Touches the
 * disk, so not for an event loop. Thread-safe.
 */
public final class EndpointSockets implements AutoCloseable {

  /** The longest path of a socket, in bytes: Linux has room for 107, others for 103 (sun_path). */
  static final int MAX_PATH_BYTES = 103;

  /** How libpq names a socket, before its port. */
  static final String PREFIX = ".s.PGSQL.";

  private static final int LONGEST_PORT = 65_535;
  private static final int SESSION_CHARACTERS = 26;
  private static final int MAX_REMEMBERED = 4096;
  private static final Set<PosixFilePermission> PASS_THROUGH =
      PosixFilePermissions.fromString("rwx--x--x");
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Optional<Path> configured;
  private final Path remembered;
  private Path root;

  private EndpointSockets(Optional<Path> configured, Path remembered) {
    this.configured = configured;
    this.remembered = remembered;
  }

  /**
   * Removes what a predecessor that was killed left.
   *
   * @param configured the directory for all, made when it is first needed; empty for one in the
   *     system's directory for temporary files, that is the gateway's alone and goes with it
   * @param remembered a file of the gateway's, in which such a directory is noted
   * @throws IOException if sockets there would have longer paths than the system takes
   */
  public static EndpointSockets open(Optional<Path> configured, Path remembered)
      throws IOException {
    if (configured.isPresent()) {
      checkLength(configured.get());
    }
    EndpointSockets sockets = new EndpointSockets(configured, remembered);
    sockets.removeLeftovers();
    return sockets;
  }

  /** Why sockets in {@code root} would have too long paths, or nothing. */
  public static Optional<String> tooLong(Path root) {
    Path longest = socket(root.resolve("x".repeat(SESSION_CHARACTERS)), LONGEST_PORT);
    int bytes = longest.toString().getBytes(StandardCharsets.UTF_8).length;
    return bytes <= MAX_PATH_BYTES
        ? Optional.empty()
        : Optional.of(
            "would give sockets paths of up to "
                + bytes
                + " bytes, "
                + MAX_PATH_BYTES
                + " are possible");
  }

  private static void checkLength(Path root) throws IOException {
    Optional<String> wrong = tooLong(root);
    if (wrong.isPresent()) {
      throw new IOException("endpoints.directory: " + root + " " + wrong.get());
    }
  }

  /** Where the socket of {@code port} lies, as libpq looks for it. */
  public static Path socket(Path directory, int port) {
    return directory.resolve(PREFIX + port);
  }

  /** Makes a session's directory. */
  public Path directory(String session) throws IOException {
    Path directory = root().resolve(session);
    Files.createDirectory(directory, PRIVATE);
    Files.setPosixFilePermissions(directory, PASS_THROUGH);
    return directory;
  }

  private synchronized Path root() throws IOException {
    if (root != null && Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      return root;
    }
    if (configured.isPresent()) {
      root = own(configured.get());
    } else {
      // Noted before it is used, so that whatever happens it is found again.
      Path made = Files.createTempDirectory("stepgate-", PRIVATE).toAbsolutePath();
      checkLength(made);
      Files.writeString(remembered, made + "\n");
      Files.setPosixFilePermissions(made, PASS_THROUGH);
      root = made;
    }
    return root;
  }

  private static Path own(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PRIVATE);
      Files.setPosixFilePermissions(directory, PASS_THROUGH);
    } catch (FileAlreadyExistsException e) {
      if (!isOwn(directory)) {
        throw new IOException(
            "endpoints.directory: "
                + directory
                + " is no directory that is this user's and that only it may write",
            e);
      }
    }
    return directory;
  }

  // What is this process's own: whatever /proc says of users, files tell whose they are.
  private static boolean isOwn(Path directory) throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Path probe = Files.createTempFile("stepgate-", "");
    try {
      return found.isDirectory()
          && found.owner().equals(Files.getOwner(probe))
          && !found.permissions().contains(PosixFilePermission.GROUP_WRITE)
          && !found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  /** Removes a session's directory; its sockets went when their listeners were closed. */
  public void remove(Path directory) {
    try {
      empty(directory);
    } catch (IOException e) {
      // The next start finds it.
    }
  }

  private void removeLeftovers() throws IOException {
    if (configured.isPresent() && Files.exists(configured.get(), LinkOption.NOFOLLOW_LINKS)) {
      sweep(own(configured.get()));
    }
    if (Files.isRegularFile(remembered) && Files.size(remembered) <= MAX_REMEMBERED) {
      Path left = Path.of(Files.readString(remembered).strip());
      if (Files.isDirectory(left, LinkOption.NOFOLLOW_LINKS) && isOwn(left) && sweep(left)) {
        Files.deleteIfExists(left);
      }
      Files.deleteIfExists(remembered);
    }
  }

  /** Removes what is left of sessions; whether all of it is gone. */
  private static boolean sweep(Path root) throws IOException {
    boolean all = true;
    for (Path session : entries(root)) {
      all &= empty(session);
    }
    return all;
  }

  private static boolean empty(Path session) throws IOException {
    if (!Files.isDirectory(session, LinkOption.NOFOLLOW_LINKS)) {
      return false; // a step of the gateway's own user can put anything in its place
    }
    for (Path entry : entries(session)) {
      BasicFileAttributes found =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      boolean socket = found.isOther() && entry.getFileName().toString().startsWith(PREFIX);
      if (!socket || answers(entry)) {
        return false; // not ours, or another gateway's that lives
      }
      Files.delete(entry);
    }
    return Files.deleteIfExists(session);
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(found::add);
    }
    return found;
  }

  private static boolean answers(Path socket) {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return client.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes what it made for itself. */
  @Override
  public synchronized void close() {
    if (root != null && configured.isEmpty()) {
      try {
        if (sweep(root)) {
          Files.deleteIfExists(root);
          Files.deleteIfExists(remembered);
        }
      } catch (IOException e) {
        // The next start finds it.
      }
    }
  }
}
