package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.wire.FrontendFrames.HEADER_BYTES;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Facts.Gap;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A FunctionCall as the statement that would do the same. */
final class Calls {

  /** A function that no name is known for. */
  static final Facts UNKNOWN =
      Facts.unknown(new Gap(Gap.Reason.CODE, "a function of unknown name is called", false));

  private final Insight insight;

  Calls(Insight insight) {
    this.insight = insight;
  }

  /**
   * The statement for the FunctionCall in {@code [at, next)}, or null if its function is not known
   * or the message is none.
   */
  byte[] text(ByteBuf in, int at, int next) {
    int from = at + HEADER_BYTES;
    if (next - from < 6) {
      return null;
    }
    Optional<List<String>> name = insight.function(in.getUnsignedInt(from));
    int counted = from + 6 + 2 * in.getUnsignedShort(from + 4);
    if (name.isEmpty() || counted + 2 > next) {
      return null;
    }
    StringBuilder text = new StringBuilder("SELECT ");
    String separator = "";
    for (String part : name.get()) {
      text.append(separator).append('"').append(part.replace("\"", "\"\"")).append('"');
      separator = ".";
    }
    int arguments = in.getUnsignedShort(counted);
    if (arguments > 100) {
      return null;
    }
    text.append('(');
    for (int i = 1; i <= arguments; i++) {
      text.append(i == 1 ? "$" : ",$").append(i);
    }
    return text.append(')').toString().getBytes(StandardCharsets.UTF_8);
  }
}
