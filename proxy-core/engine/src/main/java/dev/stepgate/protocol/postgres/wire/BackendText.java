package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** Shows a server's messages. */
final class BackendText implements MessageStream.Show<BackendMessage> {

  private static final String BETWEEN = " | ";

  private final PrintedConversation conversation;
  private final ValueText values;

  BackendText(PrintedConversation conversation, ValueText values) {
    this.conversation = conversation;
    this.values = values;
  }

  @Override
  public void message(int type, BackendMessage message, Consumer<String> lines) {
    lines.accept(line(type, message));
  }

  @Override
  public void beginning(int type, byte[] body, Consumer<String> lines) {
    boolean text = type == CopyData.TYPE || type == ErrorResponse.TYPE;
    lines.accept("  begins: " + (text ? values.data(body) : values.hex(body)));
  }

  private String line(int type, BackendMessage message) {
    return switch (type) {
      case RowDescription.TYPE -> columns((RowDescription) message);
      case DataRow.TYPE -> row(((DataRow) message).columns());
      case CommandComplete.TYPE -> completed((CommandComplete) message);
      case ErrorResponse.TYPE -> report("ErrorResponse", ((ErrorResponse) message).report());
      case NoticeResponse.TYPE -> report("NoticeResponse", ((NoticeResponse) message).report());
      case ParameterDescription.TYPE -> parameters((ParameterDescription) message);
      case ParameterStatus.TYPE -> status((ParameterStatus) message);
      case NotificationResponse.TYPE -> notification((NotificationResponse) message);
      case ReadyForQuery.TYPE -> ready((ReadyForQuery) message);
      case FunctionCallResponse.TYPE -> result((FunctionCallResponse) message);
      case CopyData.TYPE ->
          "CopyData: " + values.data(ByteBufUtil.getBytes(((CopyData) message).data()));
      case CopyInResponse.TYPE -> copy("CopyInResponse", ((CopyInResponse) message).format());
      case CopyOutResponse.TYPE -> copy("CopyOutResponse", ((CopyOutResponse) message).format());
      case CopyBothResponse.TYPE -> copy("CopyBothResponse", ((CopyBothResponse) message).format());
      case BackendKeyData.TYPE ->
          "BackendKeyData: process " + ((BackendKeyData) message).processId() + ", key not shown";
      default -> plain(type, message);
    };
  }

  private String plain(int type, BackendMessage message) {
    switch (type) {
      case NoData.TYPE -> conversation.columns(null);
      case EmptyQueryResponse.TYPE, PortalSuspended.TYPE -> conversation.completed();
      default -> {
        // Says all by its name.
      }
    }
    return message.getClass().getSimpleName();
  }

  private String columns(RowDescription description) {
    StringJoiner line = new StringJoiner(BETWEEN, "RowDescription: ", "");
    for (RowDescription.Column column : description.columns()) {
      line.add(Visible.text(column.name()) + " " + TypeText.name(column.type()));
    }
    conversation.columns(description.columns());
    return line.toString();
  }

  private String row(Values row) {
    List<RowDescription.Column> columns = conversation.columns();
    boolean known = columns != null && columns.size() == row.count();
    Formats formats = conversation.formats();
    StringJoiner line = new StringJoiner(BETWEEN, "DataRow: ", "");
    for (int i = 0; i < row.count(); i++) {
      ValueText.Format format =
          formats != null
              ? format(formats.binary(i))
              : known ? format(columns.get(i).binary()) : ValueText.Format.UNKNOWN;
      line.add(values.show(row.bytes(i), format, known ? columns.get(i).type() : 0));
    }
    return line.toString();
  }

  private static ValueText.Format format(boolean binary) {
    return binary ? ValueText.Format.BINARY : ValueText.Format.TEXT;
  }

  private String completed(CommandComplete message) {
    conversation.completed();
    return "CommandComplete: " + Visible.text(message.tag());
  }

  private static String report(String head, Report report) {
    StringBuilder line = new StringBuilder(head).append(':');
    char severity =
        report.field(Report.SEVERITY_NEVER_LOCALIZED).isPresent()
            ? Report.SEVERITY_NEVER_LOCALIZED
            : Report.SEVERITY;
    line.append(' ').append(shown(report, severity));
    line.append(' ').append(shown(report, Report.CODE));
    line.append(": ").append(shown(report, Report.MESSAGE));
    report.field(Report.DETAIL).ifPresent(d -> line.append(" DETAIL: ").append(Visible.text(d)));
    report.field(Report.HINT).ifPresent(h -> line.append(" HINT: ").append(Visible.text(h)));
    report.field('P').ifPresent(p -> line.append(" at character ").append(Visible.text(p)));
    report.field('W').ifPresent(w -> line.append(" CONTEXT: ").append(Visible.text(w)));
    return line.toString();
  }

  private static String shown(Report report, char field) {
    return report.field(field).map(Visible::text).orElse("?");
  }

  private String parameters(ParameterDescription message) {
    int[] types = message.types();
    conversation.parameters(types);
    StringJoiner line = new StringJoiner(", ", "ParameterDescription: ", "");
    for (int type : types) {
      line.add(TypeText.name(type));
    }
    return line.toString();
  }

  private static String status(ParameterStatus message) {
    return "ParameterStatus: "
        + Visible.text(message.name())
        + " = "
        + Visible.text(message.value());
  }

  private static String notification(NotificationResponse message) {
    return "NotificationResponse: "
        + FrontendText.name(message.channel())
        + " from process "
        + message.processId()
        + ": "
        + Visible.text(message.payload());
  }

  private String ready(ReadyForQuery message) {
    conversation.ready();
    return switch (message.status()) {
      case IDLE -> "ReadyForQuery: no transaction";
      case IN_TRANSACTION -> "ReadyForQuery: in a transaction";
      case FAILED -> "ReadyForQuery: in a failed transaction";
    };
  }

  private String result(FunctionCallResponse message) {
    byte[] value = message.result() == null ? null : ByteBufUtil.getBytes(message.result());
    return "FunctionCallResponse: " + values.show(value, format(conversation.isResultBinary()), 0);
  }

  private static String copy(String head, CopyFormat format) {
    return head
        + (format.binary() ? ": binary, " : ": text, ")
        + format.columns().count()
        + " columns";
  }
}
