package dev.stepgate.protocol.postgres.sql.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.OpCode;

/**
 * One function of the parser that is larger than a JVM method may be, decoded for {@link
 * LargeFunction}: blocks are gone, branches know where they go and what they leave on the stack.
 *
 * <p>The grammar's automaton enters some 2000 nested blocks with each reduction. Endive's
 * interpreter makes an object for each of them; here they cost nothing, which is two orders of
 * magnitude.
 */
final class LargeCode {

  private static final int VOID = 0x40;

  /** An open block: where a branch to it goes, and what it then finds on the stack. */
  private static final class Block {
    final boolean loop;
    final boolean dead;
    final int height;
    final int results;
    final int start;
    final List<Integer> exits = new ArrayList<>();
    int condition = -1;

    Block(boolean loop, boolean dead, int height, int results, int start) {
      this.loop = loop;
      this.dead = dead;
      this.height = height;
      this.results = results;
      this.start = start;
    }
  }

  private final WasmModule module;
  private final int imports;
  private final ArrayList<Block> blocks = new ArrayList<>();
  private int height;
  private boolean dead;

  /** Each instruction's operation, a first and a second number, and a constant. */
  OpCode[] ops = new OpCode[1024];

  int[] first = new int[1024];
  int[] second = new int[1024];
  long[] constants = new long[1024];
  int length;

  /** Targets of the br_table instructions: pairs of instruction and {@link #landing}. */
  int[] targets = new int[1024];

  private int targetsLength;
  final FunctionType type;
  final int locals;
  int deepest;

  LargeCode(WasmModule module, int function) {
    this.module = module;
    imports = module.importSection().importCount();
    type = type(function);
    var body = module.codeSection().getFunctionBody(function - imports);
    locals = type.params().size() + body.localTypes().size();
    blocks.add(new Block(false, false, 0, type.returns().size(), 0));
    for (AnnotatedInstruction instruction : body.instructions()) {
      decode(instruction);
    }
    emit(OpCode.RETURN, 0, 0, 0);
  }

  /** What a branch leaves: {@code results} values on top of {@code height} others. */
  static int landing(int height, int results) {
    return height << 1 | results;
  }

  private void decode(AnnotatedInstruction in) {
    switch (in.opcode()) {
      case BLOCK -> blocks.add(new Block(false, dead, height, results(in), length));
      case LOOP -> blocks.add(new Block(true, dead, height, results(in), length));
      case IF -> {
        push(-1);
        Block block = new Block(false, dead, height, results(in), length);
        block.condition = live(OpCode.IF, 0, 0, 0);
        blocks.add(block);
      }
      case ELSE -> otherwise();
      case END -> end();
      case BR -> {
        branch(OpCode.BR, (int) in.operand(0));
        dead = true;
      }
      case BR_IF -> {
        push(-1);
        branch(OpCode.BR_IF, (int) in.operand(0));
      }
      case BR_TABLE -> table(in);
      case RETURN -> {
        branch(OpCode.BR, blocks.size() - 1);
        dead = true;
      }
      case UNREACHABLE -> {
        live(OpCode.UNREACHABLE, 0, 0, 0);
        dead = true;
      }
      default -> plain(in);
    }
  }

  private void plain(AnnotatedInstruction in) {
    switch (in.opcode()) {
      case CALL -> {
        FunctionType called = type((int) in.operand(0));
        live(OpCode.CALL, (int) in.operand(0), called.params().size(), called.returns().size());
        push(called.returns().size() - called.params().size());
      }
      case CALL_INDIRECT -> {
        FunctionType called = module.typeSection().getType((int) in.operand(0));
        live(
            OpCode.CALL_INDIRECT,
            (int) in.operand(0),
            called.params().size(),
            called.returns().size());
        push(called.returns().size() - called.params().size() - 1);
      }
      default -> {
        int numbers = in.operandCount();
        boolean access = LargeFunction.isMemoryAccess(in.opcode());
        long constant = numbers > 0 ? in.operand(0) : 0;
        live(in.opcode(), access ? (int) in.operand(1) : (int) constant, 0, constant);
        push(LargeFunction.growth(in.opcode()));
      }
    }
  }

  private FunctionType type(int function) {
    if (function < imports) {
      var wanted =
          (run.endive.wasm.types.FunctionImport) module.importSection().getImport(function);
      return module.typeSection().getType(wanted.typeIndex());
    }
    return module
        .typeSection()
        .getType(module.functionSection().getFunctionType(function - imports));
  }

  private static int results(AnnotatedInstruction in) {
    return (in.operand(0) & 0x7f) == VOID ? 0 : 1;
  }

  private void push(int values) {
    if (!dead) {
      height += values;
      deepest = Math.max(deepest, height);
    }
  }

  private void branch(OpCode op, int label) {
    Block block = blocks.get(blocks.size() - 1 - label);
    int results = block.loop ? 0 : block.results;
    int at = live(op, block.start, landing(block.height, results), block.loop ? 1 : 0);
    if (at >= 0 && !block.loop) {
      block.exits.add(at);
    }
  }

  private void table(AnnotatedInstruction in) {
    push(-1);
    if (!dead) {
      emit(OpCode.BR_TABLE, targetsLength, in.operandCount(), 0);
      for (int i = 0; i < in.operandCount(); i++) {
        Block block = blocks.get(blocks.size() - 1 - (int) in.operand(i));
        if (targetsLength + 2 > targets.length) {
          targets = Arrays.copyOf(targets, 2 * targets.length);
        }
        targets[targetsLength] = block.start;
        targets[targetsLength + 1] = landing(block.height, block.loop ? 0 : block.results);
        if (!block.loop) {
          block.exits.add(~targetsLength);
        }
        targetsLength += 2;
      }
    }
    dead = true;
  }

  private void otherwise() {
    Block block = blocks.get(blocks.size() - 1);
    branch(OpCode.BR, 0);
    dead = block.dead;
    height = block.height;
    if (block.condition >= 0) {
      first[block.condition] = length;
      block.condition = -1;
    }
  }

  private void end() {
    Block block = blocks.remove(blocks.size() - 1);
    if (block.condition >= 0) {
      first[block.condition] = length;
    }
    for (int exit : block.exits) {
      if (exit >= 0) {
        first[exit] = length;
      } else {
        targets[~exit] = length;
      }
    }
    dead = block.dead;
    height = block.height + block.results;
    deepest = Math.max(deepest, height);
  }

  private int live(OpCode op, int one, int two, long constant) {
    return dead ? -1 : emit(op, one, two, constant);
  }

  private int emit(OpCode op, int one, int two, long constant) {
    if (length == ops.length) {
      ops = Arrays.copyOf(ops, 2 * length);
      first = Arrays.copyOf(first, 2 * length);
      second = Arrays.copyOf(second, 2 * length);
      constants = Arrays.copyOf(constants, 2 * length);
    }
    ops[length] = op;
    first[length] = one;
    second[length] = two;
    constants[length] = constant;
    return length++;
  }
}
