package dev.stepgate.gateway.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has a command killed by the kernel when this process dies ({@code prctl(2)}, {@code
 * PR_SET_PDEATHSIG}), for {@code kill -9} leaves nobody else to end it. Util-linux's setpriv asks
 * for it, since a JVM cannot. The signal comes when the <em>thread</em> that started the command
 * ends.
 */
public final class DiesWithParent {

  /** The option of setpriv, in util-linux since 2.33. */
  static final String OPTION = "--pdeathsig=KILL";

  private DiesWithParent() {}

  /**
   * {@code command}, tied to the life of the thread that starts it; as it is where that cannot be.
   */
  public static List<String> command(List<String> command) {
    Optional<String> setpriv = SystemPrograms.find("setpriv");
    Optional<String> proof =
        setpriv.flatMap(path -> BoundedRun.output(List.of(path, OPTION, "--", path, "--version")));
    if (proof.isEmpty()) {
      return command;
    }
    List<String> line = new ArrayList<>(List.of(setpriv.get(), OPTION, "--"));
    line.addAll(command);
    return line;
  }
}
