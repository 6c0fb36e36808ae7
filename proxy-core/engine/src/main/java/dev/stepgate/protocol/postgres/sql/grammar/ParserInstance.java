package dev.stepgate.protocol.postgres.sql.grammar;

import java.nio.charset.StandardCharsets;
import run.endive.runtime.ExportFunction;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;

/**
 * One instance of the parser: used by one thread at a time. Whatever it throws beside {@link
 * SyntaxException} leaves it in a state that nobody knows, so it is thrown away then.
 */
final class ParserInstance implements Grammar {

  /** An instance that has grown past this many bytes is replaced rather than kept. */
  static final int KEPT_BYTES = 48 << 20;

  private static final int PAGE = 65536;
  private static final int LONGEST_MESSAGE = 4096;

  private final Instance instance;
  private final Memory memory;
  private final ExportFunction malloc;
  private final ExportFunction free;
  private final ExportFunction parse;
  private final ExportFunction freeParsed;
  private final ExportFunction plpgsql;
  private final ExportFunction scan;
  private final ExportFunction freeText;

  ParserInstance(Program program) {
    instance = program.instance(new Host());
    memory = instance.memory();
    malloc = instance.export("C");
    free = instance.export("E");
    parse = instance.export("F");
    freeParsed = instance.export("G");
    plpgsql = instance.export("H");
    scan = instance.export("M");
    freeText = instance.export("N");
    instance.export("A").apply();
  }

  /** Whether it has taken more memory than is kept for the next statement. */
  boolean isLarge() {
    return (long) memory.pages() * PAGE > KEPT_BYTES;
  }

  @Override
  public byte[] parse(byte[] sql) throws SyntaxException {
    int text = text(sql);
    int result = (int) parse.apply(text)[0];
    try {
      int error = memory.readInt(result + 8);
      if (error != 0) {
        throw new SyntaxException(string(memory.readInt(error)), memory.readInt(error + 16) - 1);
      }
      return bytes(memory.readInt(result));
    } finally {
      freeParsed.apply(result);
      free.apply(text);
    }
  }

  @Override
  public byte[] plpgsql(byte[] sql) throws SyntaxException {
    return answer(plpgsql, sql);
  }

  @Override
  public byte[] scan(byte[] sql) throws SyntaxException {
    return answer(scan, sql);
  }

  private byte[] answer(ExportFunction function, byte[] sql) throws SyntaxException {
    int text = text(sql);
    int result = (int) function.apply(text)[0];
    try {
      byte[] answer = bytes(result);
      if (answer.length == 0 || answer[0] != '{') {
        throw new SyntaxException(new String(answer, StandardCharsets.UTF_8), -1);
      }
      return answer;
    } finally {
      freeText.apply(result);
      free.apply(text);
    }
  }

  private int text(byte[] sql) {
    int address = (int) malloc.apply(sql.length + 1)[0];
    if (address == 0) {
      throw new ParserFailure("the parser has no memory for " + sql.length + " bytes");
    }
    memory.write(address, sql);
    memory.writeByte(address + sql.length, (byte) 0);
    return address;
  }

  private String string(int address) {
    byte[] bytes = bytes(address);
    return new String(bytes, 0, Math.min(bytes.length, LONGEST_MESSAGE), StandardCharsets.UTF_8);
  }

  private byte[] bytes(int address) {
    if (address == 0) {
      throw new ParserFailure("the parser gave no answer");
    }
    int end = address;
    while (memory.read(end) != 0) {
      end++;
    }
    return memory.readBytes(address, end - address);
  }
}
