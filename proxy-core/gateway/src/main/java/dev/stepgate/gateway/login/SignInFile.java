package dev.stepgate.gateway.login;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.isolation.OsUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a person's sign-in at one gateway is kept: a file of mode 0600 in a directory of 0700, both
 * their own, below {@code $XDG_STATE_HOME} (else {@code ~/.local/state}). Whatever else is found
 * there is not read.
 */
public final class SignInFile {

  /** The longest file. */
  static final int MAX_BYTES = 64 << 10;

  private static final String PREFIX = "sign-in-";
  private static final String SUFFIX = ".json";
  private static final int NAME_CHARS = 32;
  private static final Set<PosixFilePermission> OWNERS_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private final Path file;

  private SignInFile(Path file) {
    this.file = file;
  }

  /**
   * The file for the gateway behind a socket.
   *
   * @throws Failure if neither {@code XDG_STATE_HOME} nor {@code HOME} says where
   */
  public static SignInFile of(Path socket, Map<String, String> environment) throws Failure {
    Path directory =
        place(environment)
            .orElseThrow(
                () ->
                    new Failure(
                        ExitCode.USAGE,
                        "neither XDG_STATE_HOME nor HOME is set: a sign-in has no place"));
    return new SignInFile(directory.resolve(PREFIX + hash(real(socket)) + SUFFIX));
  }

  /** The same where a place is known; without one nothing can be kept. */
  public static Optional<KeptSignIn> kept(Path socket, Map<String, String> environment)
      throws Failure {
    return place(environment).isEmpty() ? Optional.empty() : of(socket, environment).read();
  }

  /** A file in which somebody whose home this is keeps a sign-in, if there is one. */
  public static Optional<Path> below(Path home) {
    Path directory = home.resolve(".local/state/stepgate");
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(path -> path.getFileName().toString().startsWith(PREFIX))
          .filter(path -> path.getFileName().toString().endsWith(SUFFIX))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // not there
    }
  }

  private static Optional<Path> place(Map<String, String> environment) {
    // The XDG Base Directory Specification: a relative path is to be ignored.
    return Optional.of(environment.getOrDefault("XDG_STATE_HOME", ""))
        .filter(text -> text.startsWith("/"))
        .map(Path::of)
        .or(
            () ->
                Optional.of(environment.getOrDefault("HOME", ""))
                    .filter(text -> text.startsWith("/"))
                    .map(home -> Path.of(home, ".local", "state")))
        .map(state -> state.resolve("stepgate"));
  }

  private static String real(Path socket) {
    Path absolute = socket.toAbsolutePath().normalize();
    try {
      return absolute.getParent().toRealPath().resolve(absolute.getFileName()).toString();
    } catch (IOException e) {
      return absolute.toString(); // not there now
    }
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, NAME_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * What is kept, if anything.
   *
   * @throws Failure if there is a file that is not this user's alone, or no sign-in
   */
  public Optional<KeptSignIn> read() throws Failure {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !ownersAlone(file)) {
        throw no("is not a file of yours alone (mode 0600)");
      }
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        Optional<KeptSignIn> kept =
            bytes.length > MAX_BYTES ? Optional.empty() : KeptSignIn.read(bytes);
        return Optional.of(kept.orElseThrow(() -> no("holds no sign-in")));
      }
    } catch (IOException e) {
      throw no("cannot be read: " + e);
    }
  }

  /** Keeps a sign-in in place of what was there. */
  public void write(KeptSignIn signIn) throws Failure {
    byte[] bytes = signIn.bytes();
    if (bytes.length > MAX_BYTES) {
      throw no("would have " + bytes.length + " bytes, the limit is " + MAX_BYTES);
    }
    try {
      prepare();
      Path next = Files.createTempFile(file.getParent(), PREFIX, ".new", mode("rw-------"));
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        channel.write(java.nio.ByteBuffer.wrap(bytes));
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw no("cannot be written: " + e);
    }
  }

  /** Removes what is kept. */
  public void remove() throws Failure {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw no("cannot be removed: " + e);
    }
  }

  /** What is done while no other command does so. */
  @FunctionalInterface
  public interface Renewal {
    /** Does it. */
    KeptSignIn run() throws Failure;
  }

  /** Lets one command at a time renew the sign-in: a refresh token may be good only once. */
  @SuppressWarnings("try") // the lock is held, not used
  public KeptSignIn alone(Renewal renewal) throws Failure {
    try {
      prepare();
      try (FileChannel channel =
              FileChannel.open(
                  file.resolveSibling(file.getFileName() + ".lock"),
                  Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                  mode("rw-------"));
          FileLock lock = channel.lock()) {
        return renewal.run();
      }
    } catch (IOException e) {
      throw no("cannot be locked: " + e);
    }
  }

  private void prepare() throws IOException, Failure {
    Path directory = file.getParent();
    Files.createDirectories(directory, mode("rwx------"));
    if (!ownersAlone(directory)) {
      throw new Failure(
          ExitCode.USAGE,
          PlainText.escape(directory.toString())
              + " is not a directory of yours alone (mode 0700)");
    }
  }

  private static boolean ownersAlone(Path path) throws IOException {
    Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return owner.equals(OsUser.current().uid())
        && OWNERS_ALONE.containsAll(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static FileAttribute<?> mode(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  private Failure no(String why) {
    return new Failure(
        ExitCode.USAGE, PlainText.escape(file.toString()) + " " + PlainText.escape(why));
  }
}
