package dev.stepgate.protocol.postgres.sql.grammar;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.MemoryLimits;

/**
 * The parser as loaded: immutable, shared by all its instances. Loading takes tens of milliseconds
 * and a few megabytes, so it is done when the first statement has to be parsed.
 */
final class Program {

  /** What one instance may take beside the JVM's own stack, in WebAssembly pages of 64 KiB. */
  static final int MAX_PAGES = 1024;

  /**
   * What a fresh one takes: its data and its stack, on which the heap lies, need 527. The program
   * asks for 2048, most of which no statement of a size that is parsed here would ever touch.
   */
  private static final int FIRST_PAGES = 544;

  /**
   * What the build leaves uncompiled and a statement needs: the writer of parse trees and the
   * grammar's automaton. The third such function, the fingerprint, is never called.
   */
  private static final int[] LARGE = {37, 140};

  private final WasmModule module;
  private final LargeFunction[] large;

  private Program(WasmModule module) {
    this.module = module;
    large = new LargeFunction[LARGE[LARGE.length - 1] + 1];
    for (int function : LARGE) {
      large[function] = new LargeFunction(new LargeCode(module, function));
    }
  }

  static Program load() {
    try (InputStream in = Program.class.getResourceAsStream("Grammar.meta")) {
      return new Program(Parser.builder().withValidation(false).build().parse(() -> in));
    } catch (IOException e) {
      throw new UncheckedIOException("the parser of this build cannot be read", e);
    }
  }

  private Machine machine(Instance instance) {
    Machine compiled = new GrammarMachine(instance);
    return (function, arguments) ->
        function < large.length && large[function] != null
            ? large[function].call(instance, arguments)
            : compiled.call(function, arguments);
  }

  /** A fresh instance that calls {@code host}. */
  Instance instance(Host host) {
    return Instance.builder(module)
        .withImportValues(host.imports(module))
        .withMachineFactory(this::machine)
        .withMemoryFactory(limits -> new ByteArrayMemory(new MemoryLimits(FIRST_PAGES, MAX_PAGES)))
        .withStart(false)
        .build();
  }
}
