package dev.stepgate.gateway.cli;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.demo.Demo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code stepgate demo}. */
@Command(
    name = "demo",
    description = {
      "Show it all on this machine: a real PostgreSQL server, a step that never sees its password,"
          + " the replay of what it did, and evidence that one changed byte breaks.",
      "Uses the machine's PostgreSQL, else fetches one by Maven. Leaves nothing behind."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Override
  public Integer call() throws Failure, IOException {
    Demo.run(stepgate(), System.out);
    return ExitCode.OK;
  }

  // The launcher says where it is; without it, this JVM and this jar.
  private static List<String> stepgate() throws IOException {
    String launcher = System.getProperty("stepgate.launcher");
    if (launcher != null) {
      return List.of(launcher);
    }
    try {
      Path jar =
          Path.of(DemoCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      return List.of(java, "-jar", jar.toString());
    } catch (URISyntaxException e) {
      throw new IOException("this program's jar has no path", e);
    }
  }
}
