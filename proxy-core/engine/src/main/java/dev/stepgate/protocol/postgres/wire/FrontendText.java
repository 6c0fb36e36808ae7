package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBufUtil;
import java.util.Arrays;
import java.util.function.Consumer;

/** Shows a client's messages. */
final class FrontendText implements MessageStream.Show<FrontendMessage> {

  private static final String CONTINUED = "  | ";

  private final PrintedConversation conversation;
  private final PrintedNames names;
  private final ValueText values;

  FrontendText(PrintedConversation conversation, ValueText values) {
    this.conversation = conversation;
    this.names = conversation.names();
    this.values = values;
  }

  @Override
  public void message(int type, FrontendMessage message, Consumer<String> lines) {
    switch (type) {
      case Query.TYPE -> query((Query) message, lines);
      case Parse.TYPE -> parse((Parse) message, lines);
      case Bind.TYPE -> bind((Bind) message, lines);
      case Execute.TYPE -> execute((Execute) message, lines);
      case Describe.TYPE -> describe((Describe) message, lines);
      case Close.TYPE -> lines.accept("Close " + target((Close) message));
      case FunctionCall.TYPE -> call((FunctionCall) message, lines);
      case CopyData.TYPE -> copy(ByteBufUtil.getBytes(((CopyData) message).data()), lines);
      case CopyFail.TYPE ->
          lines.accept("CopyFail: " + Visible.text(((CopyFail) message).reason()));
      case Sync.TYPE -> {
        conversation.asks();
        lines.accept("Sync");
      }
      default -> lines.accept(message.getClass().getSimpleName());
    }
  }

  @Override
  public void beginning(int type, byte[] body, Consumer<String> lines) {
    switch (type) {
      case Query.TYPE -> sql("  begins", body, lines);
      case CopyData.TYPE -> lines.accept("  begins: " + values.data(body));
      default -> lines.accept("  begins: " + values.hex(body));
    }
  }

  /** A statement whole, since it is what a reader came for; each of its lines on one of its own. */
  static void sql(String head, byte[] sql, Consumer<String> lines) {
    String start = head + ": ";
    int from = 0;
    for (int i = 0; i <= sql.length; i++) {
      if (i == sql.length || sql[i] == '\n') {
        byte[] line = Arrays.copyOfRange(sql, from, i);
        lines.accept(start + Visible.text(line, Integer.MAX_VALUE));
        start = CONTINUED;
        from = i + 1;
      }
    }
  }

  private void query(Query query, Consumer<String> lines) {
    conversation.asks();
    sql("Query", query.sql().bytes(), lines);
  }

  private void parse(Parse parse, Consumer<String> lines) {
    int[] types = parse.parameterTypes();
    names.prepare(parse.statement(), types);
    StringBuilder head = new StringBuilder("Parse ").append(name(parse.statement()));
    for (int i = 0; i < types.length; i++) {
      head.append(i == 0 ? " ($" : ", $").append(i + 1).append(' ').append(TypeText.name(types[i]));
    }
    sql(types.length == 0 ? head.toString() : head + ")", parse.sql().bytes(), lines);
  }

  private void bind(Bind bind, Consumer<String> lines) {
    names.bind(bind);
    int[] types = names.statement(bind.statement()).types;
    StringBuilder line = new StringBuilder("Bind ").append(name(bind.portal()));
    line.append(" from ").append(name(bind.statement()));
    arguments(line, bind.parameters(), bind.parameterFormats(), types);
    lines.accept(line.toString());
  }

  private void call(FunctionCall call, Consumer<String> lines) {
    StringBuilder line = new StringBuilder("FunctionCall of function ");
    line.append(Integer.toUnsignedString(call.function()));
    arguments(line, call.arguments(), call.argumentFormats(), new int[0]);
    conversation.calls(call.binaryResult());
    lines.accept(line.toString());
  }

  private void arguments(StringBuilder line, Values arguments, Formats formats, int[] types) {
    for (int i = 0; i < arguments.count(); i++) {
      int type = i < types.length ? types[i] : 0;
      ValueText.Format format = formats.binary(i) ? ValueText.Format.BINARY : ValueText.Format.TEXT;
      line.append(i == 0 ? ": $" : ", $").append(i + 1).append(" = ");
      line.append(values.show(arguments.bytes(i), format, type));
    }
  }

  private void execute(Execute execute, Consumer<String> lines) {
    conversation.executes(execute.portal());
    String limit = execute.maxRows() > 0 ? ", at most " + execute.maxRows() + " rows" : "";
    lines.accept("Execute " + name(execute.portal()) + limit);
  }

  private void describe(Describe describe, Consumer<String> lines) {
    conversation.describes(describe);
    String target = describe.target() == Target.STATEMENT ? "statement " : "portal ";
    lines.accept("Describe " + target + name(describe.name()));
  }

  private static String target(Close close) {
    return (close.target() == Target.STATEMENT ? "statement " : "portal ") + name(close.name());
  }

  private void copy(byte[] data, Consumer<String> lines) {
    lines.accept("CopyData: " + values.data(data));
  }

  /** A name in quotes, so that none can pass for what stands around it. */
  static String name(WireText name) {
    return name.isEmpty() ? "unnamed" : '"' + Visible.text(name) + '"';
  }
}
