package dev.stepgate.gateway.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs a command as another user with nothing left of root: no supplementary groups, no capability
 * in any set, and no way to gain one again ({@code no_new_privs}, an empty bounding set).
 * Util-linux's setpriv does it, because a JVM cannot; what it really did is looked at before it is
 * trusted.
 */
public final class DroppedPrivileges {

  private static final List<String> CAPABILITY_SETS =
      List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb");

  private final OsUser user;
  private final String setpriv;
  private final String setsid;
  private List<String> dies;

  private DroppedPrivileges(OsUser user, String setpriv, String setsid) {
    this.user = user;
    this.setpriv = setpriv;
    this.setsid = setsid;
    this.dies = List.of(DiesWithParent.OPTION);
  }

  /**
   * Ready to run commands as {@code user}.
   *
   * @throws IsolationException if this system cannot, or does not do all of it
   */
  public static DroppedPrivileges to(OsUser user) throws IsolationException {
    if (user.uid() == OsUser.ROOT || user.gid() == OsUser.ROOT) {
      throw new IsolationException(
          "user " + user.label() + " is root or in root's group; a step needs a user of its own");
    }
    DroppedPrivileges dropped = new DroppedPrivileges(user, program("setpriv"), program("setsid"));
    dropped.proveIt();
    return dropped;
  }

  private static String program(String name) throws IsolationException {
    return SystemPrograms.find(name)
        .orElseThrow(
            () ->
                new IsolationException(
                    "this system has no " + name + " (util-linux) to put the step under its user"));
  }

  /** The user. */
  public OsUser user() {
    return user;
  }

  /**
   * The command line that runs {@code command} so, in a session and process group of its own: it
   * could otherwise push characters into a terminal that it shares with root.
   */
  public List<String> command(List<String> command) {
    List<String> line = new ArrayList<>(setprivLine());
    line.add(setsid);
    line.add("--");
    line.addAll(command);
    return line;
  }

  private List<String> setprivLine() {
    List<String> line =
        new ArrayList<>(
            List.of(
                setpriv,
                "--reuid=" + user.uid(),
                "--regid=" + user.gid(),
                "--clear-groups",
                "--inh-caps=-all",
                "--ambient-caps=-all",
                "--bounding-set=-all",
                "--no-new-privs"));
    line.addAll(dies);
    line.add("--");
    return line;
  }

  private void proveIt() throws IsolationException {
    Optional<String> status = status();
    if (status.isEmpty()) {
      dies = List.of(); // an older setpriv cannot tie the command's life to ours
      status = status();
    }
    if (status.isEmpty()) {
      throw new IsolationException(
          "setpriv could not put a process under user "
              + user.label()
              + " without groups and capabilities");
    }
    String wrong = wrongWith(status.get(), user);
    if (wrong != null) {
      throw new IsolationException(
          "a process put under user " + user.label() + " still has " + wrong);
    }
  }

  private Optional<String> status() throws IsolationException {
    List<String> line = new ArrayList<>(setprivLine());
    line.addAll(List.of(program("cat"), "/proc/self/status"));
    return BoundedRun.output(line);
  }

  /** What a {@code /proc/<pid>/status} shows to be left, or null if nothing is. */
  static String wrongWith(String status, OsUser user) {
    Map<String, String> fields = new TreeMap<>();
    status
        .lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    if (!fields.getOrDefault("Uid", "").equals(four(user.uid()))) {
      return "uids " + fields.get("Uid");
    }
    if (!fields.getOrDefault("Gid", "").equals(four(user.gid()))) {
      return "gids " + fields.get("Gid");
    }
    if (!fields.getOrDefault("Groups", "unknown").isEmpty()) {
      return "groups " + fields.get("Groups");
    }
    for (String set : CAPABILITY_SETS) {
      if (!fields.getOrDefault(set, "unknown").matches("0+")) {
        return "capabilities " + set + " " + fields.get(set);
      }
    }
    return fields.getOrDefault("NoNewPrivs", "0").equals("1") ? null : "a way to new privileges";
  }

  private static String four(int id) {
    return id + "\t" + id + "\t" + id + "\t" + id;
  }
}
