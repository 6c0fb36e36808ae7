package dev.stepgate.protocol.postgres.sql.grammar;

import java.util.Map;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;

/**
 * What the parser's program asks of its surroundings, as Emscripten's own JavaScript gives it:
 * setjmp and longjmp ({@code invoke_…} catches what {@code throw_longjmp} throws), a larger heap,
 * and nothing else. No file, no clock, no way out: whatever would need one traps.
 *
 * <p>Names are minified, so they belong to the pinned version of the package; each one's type comes
 * from the program itself.
 */
final class Host {

  /** Thrown by longjmp, caught by the {@code invoke_…} that stands for setjmp's frame. */
  private static final class LongJump extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LongJump() {
      super("longjmp", null, false, false);
    }
  }

  private static final long[] NOTHING = {};
  private static final int PAGE = 65536;

  /** All but the {@code invoke_…} family. */
  private static final Map<String, WasmFunctionHandle> FUNCTIONS =
      Map.ofEntries(
          Map.entry("c", trap("assertion failed")),
          Map.entry("x", trap("aborted")),
          Map.entry("w", (instance, arguments) -> NOTHING),
          Map.entry(
              "p",
              (instance, arguments) -> {
                throw new LongJump();
              }),
          Map.entry("o", trap("a timer was asked for")),
          Map.entry("q", Host::grow),
          Map.entry("m", trap("exit")),
          Map.entry("v", trap("exit")),
          Map.entry("u", (instance, arguments) -> new long[] {0}),
          Map.entry("r", trap("a file was read")),
          Map.entry("s", trap("a file was sought")),
          Map.entry("t", Host::swallow));

  /** The {@code invoke_…} family. */
  private static final String INVOKES = "abdefghijklny";

  ImportValues imports(WasmModule module) {
    ImportValues.Builder values = ImportValues.builder();
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport wanted) {
        FunctionType type = module.typeSection().getType(wanted.typeIndex());
        values.addFunction(function(wanted.module(), wanted.name(), type));
      }
    }
    return values.build();
  }

  private static ImportFunction function(String module, String name, FunctionType type) {
    WasmFunctionHandle known = FUNCTIONS.get(name);
    if (known == null && INVOKES.contains(name)) {
      known = invoke(type.returns().isEmpty() ? NOTHING : new long[] {0});
    }
    if (known == null) {
      throw new IllegalStateException(
          "the parser asks for a function that this build lacks: " + name);
    }
    return new HostFunction(module, name, type, known);
  }

  private static WasmFunctionHandle trap(String what) {
    return (instance, arguments) -> {
      throw new ParserFailure("the parser stopped: " + what);
    };
  }

  /** Calls through the table; a longjmp out of the call is remembered for the caller's setjmp. */
  private static WasmFunctionHandle invoke(long[] jumped) {
    return (instance, arguments) -> {
      long stack = instance.export("R").apply()[0];
      try {
        int function = instance.table(0).ref((int) arguments[0]);
        long[] own = new long[arguments.length - 1];
        System.arraycopy(arguments, 1, own, 0, own.length);
        return instance.getMachine().call(function, own);
      } catch (LongJump e) {
        instance.export("Q").apply(stack);
        instance.export("P").apply(1, 0);
        return jumped;
      }
    };
  }

  private static long[] grow(Instance instance, long... arguments) {
    long wanted = arguments[0] & 0xffffffffL;
    int pages = instance.memory().pages();
    long missing = (wanted + PAGE - 1) / PAGE - pages;
    if (pages + missing > Program.MAX_PAGES) {
      return new long[] {0};
    }
    return new long[] {missing <= 0 || instance.memory().grow((int) missing) >= 0 ? 1 : 0};
  }

  /**
   * fd_write(descriptor, vectors, count, written): PostgreSQL's own log lines go nowhere, as if
   * written whole, so that nobody tries again.
   */
  private static long[] swallow(Instance instance, long... arguments) {
    int written = 0;
    for (int i = 0; i < (int) arguments[2]; i++) {
      written += instance.memory().readInt((int) arguments[1] + 8 * i + 4);
    }
    instance.memory().writeI32((int) arguments[3], written);
    return new long[] {0};
  }
}
