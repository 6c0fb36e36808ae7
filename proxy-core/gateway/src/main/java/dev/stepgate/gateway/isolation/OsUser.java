package dev.stepgate.gateway.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An operating-system user.
 *
 * @param name as in the user database
 * @param uid its number
 * @param gid its primary group's number
 * @param home its home directory
 */
public record OsUser(String name, int uid, int gid, String home) {

  /** Root's number. */
  public static final int ROOT = 0;

  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final int FIELDS = 7;

  /** The user with this name, if there is one. */
  public static Optional<OsUser> named(String name) {
    if (name.isEmpty() || name.startsWith("-") || name.indexOf(':') >= 0) {
      return Optional.empty();
    }
    return lookUp(name, user -> user.name().equals(name));
  }

  /** The user with this number, if there is one. */
  public static Optional<OsUser> numbered(int uid) {
    return lookUp(Integer.toString(uid), user -> user.uid() == uid);
  }

  /** This process's own user; one without an entry is named by its number. */
  public static OsUser current() throws IOException {
    int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    int gid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
    return numbered(uid).orElse(new OsUser(Integer.toString(uid), uid, gid, "/"));
  }

  /** {@code ci(1001)}: how sessions record who opened them. */
  public String label() {
    return name + "(" + uid + ")";
  }

  /** The numbers of all groups that the user is in. */
  public List<Integer> groups() {
    return SystemPrograms.find("id")
        .flatMap(id -> BoundedRun.output(List.of(id, "-G", "--", name)))
        .map(text -> Stream.of(text.strip().split(" ")).map(Integer::valueOf).toList())
        .orElse(List.of(gid));
  }

  /** The number of the group with this name, if there is one. */
  public static Optional<Integer> group(String name) {
    return SystemPrograms.find("getent")
        .flatMap(getent -> BoundedRun.output(List.of(getent, "group", name)))
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length > 2 && fields[0].equals(name))
        .map(fields -> Integer.valueOf(fields[2]));
  }

  // The file first: it is there on every system and costs no process. Others' databases by getent.
  private static Optional<OsUser> lookUp(String key, Predicate<OsUser> wanted) {
    Optional<OsUser> local = Optional.empty();
    try (Stream<String> lines = Files.lines(PASSWD, StandardCharsets.ISO_8859_1)) {
      local = lines.map(OsUser::parse).flatMap(Optional::stream).filter(wanted).findFirst();
    } catch (IOException e) {
      // No such file: the other databases may still know.
    }
    return local.or(
        () ->
            SystemPrograms.find("getent")
                .flatMap(getent -> BoundedRun.output(List.of(getent, "passwd", key)))
                .flatMap(text -> parse(text.strip()))
                .filter(wanted));
  }

  private static Optional<OsUser> parse(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length < FIELDS) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new OsUser(
              fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), fields[5]));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
