package dev.stepgate.protocol.postgres.sql.grammar;

import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.OpCode;

/**
 * Runs a {@link LargeCode}. Knows the operations that the pinned parser's large functions use and
 * no other; a new version that needs more fails its first call, and so its build's tests.
 *
 * @param code the function
 */
record LargeFunction(LargeCode code) {

  /** The call's own numbers: locals first, operands above them. */
  long[] call(Instance instance, long[] arguments) {
    long[] s = new long[code.locals + code.deepest + 1];
    System.arraycopy(arguments, 0, s, 0, arguments.length);
    run(instance, instance.memory(), s);
    return code.type.returns().isEmpty() ? new long[0] : new long[] {s[code.locals]};
  }

  static boolean isMemoryAccess(OpCode op) {
    return switch (op) {
      case I32_LOAD, I32_LOAD8_S, I32_LOAD8_U, I32_LOAD16_S, I32_LOAD16_U -> true;
      case I64_LOAD, F64_LOAD, I32_STORE, I32_STORE8, I32_STORE16, I64_STORE, F64_STORE -> true;
      default -> false;
    };
  }

  /** By how much an operation that is no branch and no call makes the stack grow. */
  static int growth(OpCode op) {
    return switch (op) {
      case LOCAL_GET, GLOBAL_GET, I32_CONST, I64_CONST -> 1;
      case LOCAL_TEE, I32_EQZ, I32_EXTEND_8_S, I32_EXTEND_16_S -> 0;
      case I32_LOAD, I32_LOAD8_S, I32_LOAD8_U, I32_LOAD16_S, I32_LOAD16_U, I64_LOAD, F64_LOAD -> 0;
      case LOCAL_SET, GLOBAL_SET, DROP -> -1;
      case I32_EQ, I32_NE, I32_LT_S, I32_LT_U, I32_GT_S, I32_GT_U, I32_LE_S, I32_LE_U -> -1;
      case I32_GE_S, I32_GE_U, I32_ADD, I32_SUB, I32_MUL, I32_AND, I32_OR, I32_XOR -> -1;
      case I32_SHL, I32_SHR_S, I64_NE -> -1;
      case I32_STORE, I32_STORE8, I32_STORE16, I64_STORE, F64_STORE, SELECT -> -2;
      case MEMORY_COPY -> -3;
      default -> throw new IllegalStateException("the parser's code holds an unknown " + op);
    };
  }

  private void run(Instance instance, Memory memory, long[] s) {
    OpCode[] ops = code.ops;
    int[] first = code.first;
    int top = code.locals - 1;
    int pc = 0;
    while (true) {
      int a = first[pc];
      switch (ops[pc]) {
        case LOCAL_GET -> s[++top] = s[a];
        case LOCAL_SET -> s[a] = s[top--];
        case LOCAL_TEE -> s[a] = s[top];
        case I32_CONST, I64_CONST -> s[++top] = code.constants[pc];
        case GLOBAL_GET -> s[++top] = instance.global(a).getValue();
        case GLOBAL_SET -> instance.global(a).setValue(s[top--]);
        case DROP -> top--;
        case SELECT -> {
          top -= 2;
          if ((int) s[top + 2] == 0) {
            s[top] = s[top + 1];
          }
        }
        case I32_LOAD -> s[top] = memory.readInt((int) s[top] + a);
        case I32_LOAD8_S -> s[top] = memory.read((int) s[top] + a);
        case I32_LOAD8_U -> s[top] = memory.read((int) s[top] + a) & 0xff;
        case I32_LOAD16_S -> s[top] = memory.readShort((int) s[top] + a);
        case I32_LOAD16_U -> s[top] = memory.readShort((int) s[top] + a) & 0xffff;
        case I64_LOAD, F64_LOAD -> s[top] = memory.readLong((int) s[top] + a);
        case I32_STORE -> {
          memory.writeI32((int) s[top - 1] + a, (int) s[top]);
          top -= 2;
        }
        case I32_STORE8 -> {
          memory.writeByte((int) s[top - 1] + a, (byte) s[top]);
          top -= 2;
        }
        case I32_STORE16 -> {
          memory.writeShort((int) s[top - 1] + a, (short) s[top]);
          top -= 2;
        }
        case I64_STORE, F64_STORE -> {
          memory.writeLong((int) s[top - 1] + a, s[top]);
          top -= 2;
        }
        case MEMORY_COPY -> {
          memory.copy((int) s[top - 2], (int) s[top - 1], (int) s[top]);
          top -= 3;
        }
        case I32_EQZ -> s[top] = (int) s[top] == 0 ? 1 : 0;
        case I32_EXTEND_8_S -> s[top] = (byte) s[top];
        case I32_EXTEND_16_S -> s[top] = (short) s[top];
        case I64_NE -> {
          top--;
          s[top] = s[top] != s[top + 1] ? 1 : 0;
        }
        case IF -> {
          if ((int) s[top--] == 0) {
            pc = a;
            continue;
          }
        }
        case BR -> {
          top = land(s, top, code.second[pc]);
          pc = jump(pc, a);
          continue;
        }
        case BR_IF -> {
          if ((int) s[top--] != 0) {
            top = land(s, top, code.second[pc]);
            pc = jump(pc, a);
            continue;
          }
        }
        case BR_TABLE -> {
          int last = code.second[pc] - 1;
          int index = (int) s[top--];
          int entry = a + 2 * (index < 0 || index > last ? last : index);
          top = land(s, top, code.targets[entry + 1]);
          pc = jump(pc, code.targets[entry]);
          continue;
        }
        case CALL -> top = call(instance, a, s, top, pc);
        case CALL_INDIRECT -> {
          int function = instance.table(0).requiredRef((int) s[top--]);
          if (instance.functionType(function) != a) {
            throw new ParserFailure("the parser called a function of another type");
          }
          top = call(instance, function, s, top, pc);
        }
        case RETURN -> {
          return;
        }
        case UNREACHABLE -> throw new ParserFailure("the parser stopped");
        default -> {
          top--;
          s[top] = binary(ops[pc], (int) s[top], (int) s[top + 1]);
        }
      }
      pc++;
    }
  }

  private static int binary(OpCode op, int x, int y) {
    return switch (op) {
      case I32_ADD -> x + y;
      case I32_SUB -> x - y;
      case I32_MUL -> x * y;
      case I32_AND -> x & y;
      case I32_OR -> x | y;
      case I32_XOR -> x ^ y;
      case I32_SHL -> x << y;
      case I32_SHR_S -> x >> y;
      case I32_EQ -> x == y ? 1 : 0;
      case I32_NE -> x != y ? 1 : 0;
      case I32_LT_S -> x < y ? 1 : 0;
      case I32_GT_S -> x > y ? 1 : 0;
      case I32_LE_S -> x <= y ? 1 : 0;
      case I32_GE_S -> x >= y ? 1 : 0;
      case I32_LT_U -> Integer.compareUnsigned(x, y) < 0 ? 1 : 0;
      case I32_GT_U -> Integer.compareUnsigned(x, y) > 0 ? 1 : 0;
      case I32_LE_U -> Integer.compareUnsigned(x, y) <= 0 ? 1 : 0;
      case I32_GE_U -> Integer.compareUnsigned(x, y) >= 0 ? 1 : 0;
      default -> throw new IllegalStateException("the parser's code holds an unknown " + op);
    };
  }

  /** Moves what a branch keeps down onto what its target has below. */
  private int land(long[] s, int top, int landing) {
    int height = code.locals + (landing >> 1);
    if ((landing & 1) == 0) {
      return height - 1;
    }
    s[height] = s[top];
    return height;
  }

  /** A branch backwards is where a watchdog gets a hold. */
  private static int jump(int from, int to) {
    if (to <= from && Thread.currentThread().isInterrupted()) {
      throw new ParserFailure("the parser was interrupted");
    }
    return to;
  }

  private int call(Instance instance, int function, long[] s, int top, int pc) {
    int parameters = code.second[pc];
    long[] arguments = new long[parameters];
    int below = top - parameters;
    System.arraycopy(s, below + 1, arguments, 0, parameters);
    long[] results = instance.getMachine().call(function, arguments);
    if (code.constants[pc] == 0) {
      return below;
    }
    s[below + 1] = results[0];
    return below + 1;
  }
}
