package dev.stepgate.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may reach the files that a gateway trusts. Each method answers what is wrong with a file, as
 * the end of a sentence that begins with its path.
 *
 * <p>A file counts as safe only if every directory on the way to it does: whoever may rename a
 * directory may put another file in its place.
 *
 * @param uid the operating-system user that the gateway runs as
 */
public record FileRules(int uid) {

  private static final int ROOT = 0;
  private static final int PERMISSIONS = 07777;
  private static final int FOR_OTHERS = 077;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int STICKY = 01000;
  private static final int OWNER_ONLY = 0700;
  private static final int OWNER_READ = 0400;
  private static final int OTHERS_READ = 0004;

  /** The rules for this process's own user. */
  public static FileRules ofThisProcess() throws IOException {
    Path self = Path.of("/proc/self");
    if (Files.exists(self)) {
      return new FileRules((int) Files.getAttribute(self, "unix:uid"));
    }
    Path probe = Files.createTempFile("stepgate", null);
    try {
      return new FileRules((int) Files.getAttribute(probe, "unix:uid"));
    } finally {
      Files.delete(probe);
    }
  }

  /** A file that holds a secret: nobody but its owner may read or write it. */
  public Optional<String> secret(Path file) {
    return file(file, FOR_OTHERS, "may be read or written by others", "600");
  }

  /** A file that says what the gateway does: nobody but its owner may write it. */
  public Optional<String> trusted(Path file) {
    return file(file, WRITABLE_BY_OTHERS, "may be written by others", "go-w");
  }

  private Optional<String> file(Path file, int forbidden, String wrong, String chmod) {
    return checked(
        file,
        real -> {
          if (!Files.isRegularFile(real)) {
            return "is no file";
          }
          int mode = mode(real);
          if ((mode & forbidden) != 0) {
            return wrong + " (mode " + octal(mode) + "); chmod " + chmod + " " + file;
          }
          String wrongOwner = owner(real);
          return wrongOwner != null || readable(real, mode)
              ? wrongOwner
              : "cannot be read by the gateway's user " + uid;
        });
  }

  // By the mode and not by asking: who checks is not always who will run the gateway.
  private boolean readable(Path real, int mode) throws IOException {
    int needed = uid(real) == uid ? OWNER_READ : OTHERS_READ;
    return uid == ROOT || (mode & needed) != 0;
  }

  /** A program that the gateway runs. */
  public Optional<String> program(Path file) {
    Optional<String> wrong = trusted(file);
    return wrong.isPresent() || Files.isExecutable(file)
        ? wrong
        : Optional.of("may not be executed");
  }

  /** A directory of the gateway's own, mode 0700; what is not there yet will be made so. */
  public Optional<String> ownDirectory(Path directory) {
    if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return placeForNew(directory);
    }
    return checked(
        directory,
        real -> {
          if (!Files.isDirectory(real)) {
            return "is no directory";
          }
          int mode = mode(real);
          if (mode != OWNER_ONLY) {
            return "has mode " + octal(mode) + ", 0700 is expected; chmod 700 " + directory;
          }
          int owner = uid(real);
          return owner == uid ? null : "belongs to user " + owner + ", not to the gateway's " + uid;
        });
  }

  /** A place where the gateway may make a file or directory that others must not replace. */
  public Optional<String> placeForNew(Path path) {
    Path parent = path.toAbsolutePath().normalize();
    while (parent != null && Files.notExists(parent)) {
      parent = parent.getParent();
    }
    Path existing = parent == null ? Path.of("/") : parent;
    return checked(
        existing, real -> Files.isDirectory(real) ? way(real) : existing + " is no directory");
  }

  private Optional<String> checked(Path file, Check check) {
    try {
      Path real = file.toRealPath();
      String wrong = check.wrongWith(real);
      return Optional.ofNullable(
          wrong != null || real.getParent() == null ? wrong : way(real.getParent()));
    } catch (NoSuchFileException e) {
      return Optional.of("does not exist");
    } catch (IOException e) {
      return Optional.of("cannot be looked at: " + e.getMessage());
    }
  }

  private String way(Path directory) throws IOException {
    for (Path step = directory; step != null; step = step.getParent()) {
      int mode = mode(step);
      if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
        return "lies under " + step + ", which others may write (mode " + octal(mode) + ")";
      }
      String wrong = owner(step);
      if (wrong != null) {
        return "lies under " + step + ", which " + wrong;
      }
    }
    return null;
  }

  private String owner(Path file) throws IOException {
    int owner = uid(file);
    return owner == ROOT || owner == uid
        ? null
        : "belongs to user " + owner + ", neither root nor the gateway's own " + uid;
  }

  private static int mode(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:mode") & PERMISSIONS;
  }

  private static int uid(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:uid");
  }

  private static String octal(int mode) {
    return String.format("%04o", mode);
  }

  @FunctionalInterface
  private interface Check {
    String wrongWith(Path real) throws IOException;
  }
}
