package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** What people read of a request: the whole text, and every parameter. */
public final class RequestText {

  private final String statement;
  private final List<String> parameters;

  private RequestText(String statement, List<String> parameters) {
    this.statement = statement;
    this.parameters = List.copyOf(parameters);
  }

  /**
   * Reads it.
   *
   * @param prepared the Parse that prepared the statement, whole; empty if none did
   * @param request the messages of the request, whole, the first of them its Query, Bind or
   *     FunctionCall
   * @throws WireException if they are none
   */
  public static RequestText of(byte[] prepared, byte[] request) {
    FrontendMessage first = first(request);
    if (first instanceof Query query) {
      return new RequestText(text(query.sql()), List.of());
    }
    if (first instanceof Bind bind && first(prepared) instanceof Parse parse) {
      return new RequestText(text(parse.sql()), parameters(parse.parameterTypes(), bind));
    }
    if (first instanceof FunctionCall call) {
      return new RequestText(
          "call of function " + Integer.toUnsignedString(call.function()),
          values(new int[0], call.argumentFormats(), call.arguments()));
    }
    return new RequestText("a request that cannot be shown", List.of());
  }

  private static FrontendMessage first(byte[] messages) {
    ByteBuf in = Unpooled.wrappedBuffer(messages);
    return messages.length == 0 ? null : new FrontendDecoder(WireLimits.POSTGRES).decode(in);
  }

  /** The statement. Not escaped where it is UTF-8, else with its other bytes written out. */
  public String statement() {
    return statement;
  }

  /** {@code $1 int4 = 42}, a line each. */
  public List<String> parameters() {
    return parameters;
  }

  private static String text(WireText sql) {
    String text = sql.utf8();
    return text != null ? text : Visible.text(sql);
  }

  private static List<String> parameters(int[] types, Bind bind) {
    return values(types, bind.parameterFormats(), bind.parameters());
  }

  private static List<String> values(int[] types, Formats formats, Values values) {
    ValueText shown = new ValueText(Integer.MAX_VALUE);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < values.count(); i++) {
      int type = i < types.length ? types[i] : 0;
      boolean binary = formats.binary(i);
      String value =
          shown.show(
              values.bytes(i), binary ? ValueText.Format.BINARY : ValueText.Format.TEXT, type);
      lines.add("$" + (i + 1) + (type == 0 ? "" : " " + TypeText.name(type)) + " = " + value);
    }
    return lines;
  }
}
