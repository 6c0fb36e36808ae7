package dev.stepgate.gateway.exec;

import dev.stepgate.gateway.isolation.OsUser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of the gateway's own environment a step inherits, before the session's variables. */
final class StepInheritance {

  // The launcher puts these aside, so that neither a job's options for its own JVMs nor its locale
  // reach ours. An empty locale is none.
  private static final String KEPT = "STEPGATE_KEPT_";
  private static final List<String> KEPT_NAMES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "LC_ALL");

  private StepInheritance() {}

  /** The inherited variables of a step that runs as {@code user}, if not as this process's own. */
  static Map<String, String> of(Map<String, String> own, Optional<OsUser> user) {
    Map<String, String> inherited = new LinkedHashMap<>(own);
    for (String name : KEPT_NAMES) {
      String kept = inherited.remove(KEPT + name);
      if (kept != null && kept.isEmpty()) {
        inherited.remove(name);
      } else if (kept != null) {
        inherited.put(name, kept);
      }
    }
    user.ifPresent(other -> become(other, inherited));
    return inherited;
  }

  // HOME stays where a CI system put it, and moves only from root's own home, which the step could
  // not use.
  private static void become(OsUser user, Map<String, String> inherited) {
    inherited.put("USER", user.name());
    inherited.put("LOGNAME", user.name());
    inherited.remove("MAIL");
    // What tells the loader which code to load would be obeyed by setpriv too, while it is root.
    inherited
        .keySet()
        .removeIf(
            name ->
                name.startsWith("SUDO_")
                    || name.startsWith("LD_")
                    || name.equals("GLIBC_TUNABLES"));
    String rootsHome = OsUser.numbered(OsUser.ROOT).map(OsUser::home).orElse("/root");
    String home = inherited.get("HOME");
    if (home == null || home.equals(rootsHome)) {
      inherited.put("HOME", user.home());
    }
  }
}
