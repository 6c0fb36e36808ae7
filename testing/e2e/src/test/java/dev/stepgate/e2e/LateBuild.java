package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A build of the gateway that does what must never happen: it forwards a request before it records
 * it. Made from {@code testing/e2e/src/late}, whose one class takes the place of the engine's.
 */
final class LateBuild {

  private LateBuild() {}

  /** The directory of classes to put before the gateway's own. */
  static Path compile() {
    Path sources = Machine.repository().resolve("testing/e2e/src/late");
    Path classes = Machine.directory("late");
    String classPath =
        Machine.gatewayJar() + ":" + Machine.gatewayJar().resolveSibling("lib") + "/*";
    List<String> words = new ArrayList<>(List.of("-d", classes.toString(), "-cp", classPath));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(words::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int failed =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new));
    assertThat(failed).as("javac's exit status").isZero();
    return classes;
  }
}
