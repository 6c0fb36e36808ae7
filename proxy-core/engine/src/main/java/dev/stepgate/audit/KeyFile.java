package dev.stepgate.audit;

import dev.stepgate.audit.note.SigningKey;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * A log's signing key in its file, apart from the log, and what lies beside it. Made on first use,
 * for its owner alone.
 */
public final class KeyFile {

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final Path file;
  private final SigningKey key;

  private KeyFile(Path file, SigningKey key) {
    this.file = file;
    this.key = key;
  }

  /**
   * Reads the key, or makes one if there is none and the log has not begun.
   *
   * @param file where it lies
   * @param origin the log's origin, which must be the key's name
   * @param state the gateway's state directory, which may not hold the file
   * @throws LogException if the key is refused, with the reason
   */
  public static KeyFile open(Path file, String origin, Path state) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (!Files.exists(parent)) {
        Files.createDirectories(
            parent,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path place = parent.toRealPath().resolve(file.getFileName());
      checkApart(place, state);
      checkDirectory(place);
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        create(place, origin, state);
      }
      checkApart(place.toRealPath(), state);
      return load(place, origin);
    } catch (IOException e) {
      throw new LogException("the log's key " + file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static void checkApart(Path file, Path state) throws IOException {
    if (Files.exists(state) && file.startsWith(state.toRealPath())) {
      throw new LogException("the log's key " + file + " lies inside the state directory " + state);
    }
  }

  /** Whoever may write the directory may put another key in its place. */
  private static void checkDirectory(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file.getParent());
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new LogException(
          "the log's key "
              + file
              + " lies in a directory that others may write (mode "
              + PosixFilePermissions.toString(permissions)
              + ")");
    }
  }

  private static void create(Path file, String origin, Path state) throws IOException {
    Path checkpoint = LogFiles.checkpoint(state.resolve("log"));
    if (Files.exists(checkpoint)) {
      throw new LogException(
          "the log's key "
              + file
              + " is missing, but "
              + checkpoint
              + " was signed with it; a new key cannot continue an old log");
    }
    SigningKey key = SigningKey.generate(origin, new SecureRandom());
    Path unfinished = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    new LocalDisk().write(unfinished, LogFiles.line(key.secretText()));
    new LocalDisk().force(unfinished);
    try {
      // A link never replaces a key that another process made meanwhile.
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException e) {
      // That key is as good.
    } finally {
      new LocalDisk().remove(unfinished);
    }
    new LocalDisk().forceDirectory(file.getParent());
  }

  private static KeyFile load(Path file, String origin) throws IOException {
    Path real = file.toRealPath();
    checkOwner(real);
    SigningKey key;
    try {
      key = SigningKey.parse(new String(read(real), StandardCharsets.US_ASCII));
    } catch (MalformedException e) {
      throw new LogException("the log's key " + file + ": " + e.getMessage(), e);
    }
    if (!key.verifier().name().equals(origin)) {
      throw new LogException(
          "the key "
              + file
              + " is of the log "
              + key.verifier().name()
              + ", this one is "
              + origin);
    }
    KeyFile opened = new KeyFile(file, key);
    opened.publish();
    return opened;
  }

  private static void checkOwner(Path file) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
    Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
    open.retainAll(attributes.permissions());
    if (!open.isEmpty()) {
      throw new LogException(
          "the log's key "
              + file
              + " is open to others (mode "
              + PosixFilePermissions.toString(attributes.permissions())
              + "); it must be for its owner alone (chmod 600)");
    }
    Path own = Files.createTempFile(file.getParent(), "owner", ".probe");
    try {
      if (!Files.getOwner(own).equals(attributes.owner())) {
        throw new LogException(
            "the log's key "
                + file
                + " belongs to "
                + attributes.owner().getName()
                + ", not to the gateway's user "
                + Files.getOwner(own).getName());
      }
    } finally {
      Files.delete(own);
    }
  }

  private void publish() throws IOException {
    byte[] text = LogFiles.line(key.verifier().text());
    if (!Files.exists(verifierFile())) {
      new LocalDisk().write(verifierFile(), text);
    } else if (!VerifierKey.parse(Files.readString(verifierFile())).equals(key.verifier())) {
      throw new LogException(verifierFile() + " is not the public half of " + file);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(VerifierKey.MAX_CHARACTERS + 1);
    }
  }

  /** Where the key lies. */
  public Path file() {
    return file;
  }

  /** Where its public half lies, for verifiers. */
  public Path verifierFile() {
    return beside(".pub");
  }

  /** The public half. */
  public VerifierKey verifier() {
    return key.verifier();
  }

  /** Where the last checkpoint lies that was published under the key. */
  Path last() {
    return beside(".last");
  }

  SigningKey key() {
    return key;
  }

  Path beside(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }
}
