import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import run.endive.build.time.compiler.Config;
import run.endive.build.time.compiler.Generator;
import run.endive.compiler.InterpreterFallback;

/**
 * Turns the parser's WebAssembly into classes, at build time: {@code CompileGrammar WASM NAME
 * DIRECTORY}. Endive's own Maven goal would do the same at each build and have everything compiled
 * anew after it; this is run only when the package changes.
 */
final class CompileGrammar {

  /**
   * Larger than a JVM method may be, so interpreted: the grammars' own automata and the scanner of
   * the statement's tokens. Any other one fails the build, because nobody measured it.
   */
  private static final Set<Integer> TOO_LARGE = Set.of(36, 37, 140);

  private CompileGrammar() {}

  public static void main(String[] arguments) throws Exception {
    Path wasm = Path.of(arguments[0]);
    Path directory = Files.createDirectories(Path.of(arguments[2]));
    Path sources = Files.createTempDirectory(directory, "sources");
    Generator generator =
        new Generator(
            Config.builder()
                .withWasmFile(wasm)
                .withName(arguments[1])
                .withTargetClassFolder(directory)
                .withTargetSourceFolder(sources)
                .withTargetWasmFolder(directory)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .withInterpretedFunctions(TOO_LARGE)
                .build());
    generator.generateMetaWasm(generator.generateResources());
    Files.delete(sources);
  }
}
