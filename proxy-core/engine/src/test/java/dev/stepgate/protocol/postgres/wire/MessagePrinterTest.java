package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagePrinterTest {

  private final MessagePrinter printer = new MessagePrinter(20);

  private static ByteBuffer sent(FrontendMessage... messages) {
    ByteBuf out = Unpooled.buffer();
    Arrays.stream(messages).forEach(message -> message.encode(out));
    return out.nioBuffer();
  }

  private static ByteBuffer seen(BackendMessage... messages) {
    ByteBuf out = Unpooled.buffer();
    Arrays.stream(messages).forEach(message -> message.encode(out));
    return out.nioBuffer();
  }

  private static ByteBuffer raw(String notation) {
    return ByteBuffer.wrap(Golden.bytes(notation));
  }

  private static WireText text(String text) {
    return WireText.of(text);
  }

  private static RowDescription.Column column(String name, int type, boolean binary) {
    return new RowDescription.Column(text(name), 0, (short) 0, type, (short) -1, -1, binary);
  }

  @Test
  void a_simple_query_and_its_rows() {
    assertThat(printer.frontend(sent(new Query(text("select id, name\nfrom people")))))
        .containsExactly("Query: select id, name", "  | from people");
    assertThat(
            printer.backend(
                seen(
                    new RowDescription(List.of(column("id", 23, false), column("name", 25, false))),
                    new DataRow(Values.of(Corpus.ascii("1"), Corpus.ascii("Alice"))),
                    new DataRow(Values.of(Corpus.ascii("2"), null)),
                    new CommandComplete(text("SELECT 2")),
                    new ReadyForQuery(ReadyForQuery.Status.IDLE))))
        .containsExactly(
            "RowDescription: id int4 | name text",
            "DataRow: 1 | Alice",
            "DataRow: 2 | NULL",
            "CommandComplete: SELECT 2",
            "ReadyForQuery: no transaction");
  }

  @Test
  void an_extended_query_in_binary() {
    List<String> request = new ArrayList<>();
    List<String> response = new ArrayList<>();
    MessagePrinter.Exchange exchange = printer.exchange(request::add, response::add);

    exchange.request(
        sent(
            new Parse(text("s1"), text("select $1, $2"), 23, 17),
            new Describe(Target.STATEMENT, text("s1")),
            new Bind(
                WireText.EMPTY,
                text("s1"),
                Formats.of(1),
                Values.of(new byte[] {0, 0, 0, 42}, new byte[] {1, 2}),
                Formats.of(1)),
            new Execute(WireText.EMPTY, 100),
            new Sync()));
    exchange.response(
        seen(
            new ParseComplete(),
            new ParameterDescription(23, 17),
            new RowDescription(List.of(column("a", 23, false), column("b", 17, false))),
            new BindComplete(),
            new DataRow(Values.of(new byte[] {0, 0, 0, 42}, new byte[] {1, 2})),
            new PortalSuspended()));
    exchange.end();

    assertThat(request)
        .containsExactly(
            "Parse \"s1\" ($1 int4, $2 bytea): select $1, $2",
            "Describe statement \"s1\"",
            "Bind unnamed from \"s1\": $1 = 42, $2 = \\x0102 (bytea)",
            "Execute unnamed, at most 100 rows",
            "Sync");
    assertThat(response)
        .containsExactly(
            "ParseComplete",
            "ParameterDescription: int4, bytea",
            "RowDescription: a int4 | b bytea",
            "BindComplete",
            "DataRow: 42 | \\x0102 (bytea)",
            "PortalSuspended");
  }

  @Test
  void a_statement_prepared_earlier_is_remembered_with_what_the_server_told_of_it() {
    MessagePrinter.Exchange first = printer.exchange(line -> {}, line -> {});
    first.request(
        sent(new Parse(text("s1"), text("select $1")), new Describe(Target.STATEMENT, text("s1"))));
    first.response(
        seen(new ParameterDescription(20), new RowDescription(List.of(column("a", 20, false)))));
    first.end();
    List<String> lines = new ArrayList<>();
    MessagePrinter.Exchange second = printer.exchange(lines::add, lines::add);

    byte[] seven = {0, 0, 0, 0, 0, 0, 0, 7};
    second.request(
        sent(
            new Bind(WireText.EMPTY, text("s1"), Formats.of(1), Values.of(seven), Formats.of(1)),
            new Execute(WireText.EMPTY, 0)));
    second.response(seen(new DataRow(Values.of(seven))));

    assertThat(lines)
        .containsExactly("Bind unnamed from \"s1\": $1 = 7", "Execute unnamed", "DataRow: 7");
  }

  @Test
  void pipelined_executions_of_the_same_portal_keep_their_columns_apart() {
    byte[] one = {0, 0, 0, 1};
    printer.frontend(
        sent(
            new Parse(text("s1"), text("select 1")),
            new Describe(Target.STATEMENT, text("s1")),
            new Parse(text("s2"), text("select 'x'")),
            new Describe(Target.STATEMENT, text("s2")),
            new Sync()));
    printer.backend(
        seen(
            new ParseComplete(),
            new ParameterDescription(),
            new RowDescription(List.of(column("a", 23, false))),
            new ParseComplete(),
            new ParameterDescription(),
            new RowDescription(List.of(column("b", 25, false))),
            new ReadyForQuery(ReadyForQuery.Status.IDLE)));
    printer.frontend(
        sent(
            new Bind(WireText.EMPTY, text("s1"), Formats.NONE, Values.NONE, Formats.of(1)),
            new Execute(WireText.EMPTY, 0),
            new Bind(WireText.EMPTY, text("s2"), Formats.NONE, Values.NONE, Formats.NONE),
            new Execute(WireText.EMPTY, 0),
            new Sync()));

    List<String> lines =
        printer.backend(
            seen(
                new BindComplete(),
                new DataRow(Values.of(one)),
                new CommandComplete(text("SELECT 1")),
                new BindComplete(),
                new DataRow(Values.of(Corpus.ascii("x"))),
                new CommandComplete(text("SELECT 1"))));

    assertThat(lines).contains("DataRow: 1", "DataRow: x");
  }

  @Test
  void what_an_error_made_the_server_skip_does_not_shift_what_comes_behind() {
    byte[] seven = {0, 0, 0, 7};
    printer.frontend(
        sent(
            new Execute(text("none"), 0),
            new Execute(text("none"), 0),
            new Sync(),
            new Query(text("select 7"))));

    List<String> lines =
        printer.backend(
            seen(
                new ErrorResponse(Report.of("ERROR", "34000", "no portal", null, null)),
                new ReadyForQuery(ReadyForQuery.Status.IDLE),
                new RowDescription(List.of(column("a", 23, true))),
                new DataRow(Values.of(seven)),
                new CommandComplete(text("SELECT 1"))));

    assertThat(lines).contains("DataRow: 7");
  }

  @Test
  void rows_of_which_nothing_is_known_are_shown_by_their_bytes() {
    assertThat(
            printer.backend(seen(new DataRow(Values.of(Corpus.ascii("a b"), new byte[] {0, 1})))))
        .containsExactly("DataRow: a b | \\x0001");
  }

  @Test
  void values_that_would_read_as_others_are_quoted() {
    assertThat(
            printer.backend(
                seen(
                    new DataRow(
                        Values.of(
                            new byte[0],
                            Corpus.ascii("NULL"),
                            Corpus.ascii("a | b"),
                            Corpus.ascii(" c"))))))
        .containsExactly("DataRow: '' | 'NULL' | 'a | b' | ' c'");
  }

  @Test
  void long_values_are_cut_and_statements_are_not() {
    String sql = "select '" + "x".repeat(100) + "'";

    assertThat(printer.frontend(sent(new Query(text(sql))))).containsExactly("Query: " + sql);
    assertThat(printer.backend(seen(new DataRow(Values.of(Corpus.ascii("x".repeat(100)))))))
        .containsExactly("DataRow: " + "x".repeat(20) + "… (100 bytes)");
  }

  @Test
  void an_error_with_what_it_says() {
    assertThat(
            printer.backend(
                seen(new ErrorResponse(Report.of("ERROR", "42P01", "no\u001b[2J", "d\ne", "h")))))
        .containsExactly("ErrorResponse: ERROR 42P01: no\\u{1b}[2J DETAIL: d\\ne HINT: h");
  }

  @Test
  void copy_both_ways() {
    assertThat(
            printer.frontend(
                sent(
                    new CopyData(Golden.buffer("'1' 09 'a' 0a")),
                    new CopyDone(),
                    new CopyFail(text("no more")))))
        .containsExactly("CopyData: 1\\ta\\n", "CopyDone", "CopyFail: no more");
    assertThat(
            printer.backend(
                seen(
                    new CopyOutResponse(new CopyFormat(true, Formats.of(1, 1))),
                    new CopyData(Golden.buffer("ff 0a")))))
        .containsExactly("CopyOutResponse: binary, 2 columns", "CopyData: \\xff0a");
  }

  @Test
  void other_messages_say_what_they_carry() {
    assertThat(
            printer.backend(
                seen(
                    new ParameterStatus(text("TimeZone"), text("UTC")),
                    new NotificationResponse(7, text("jobs"), text("17")),
                    new BackendKeyData(7, CancelKey.of(Corpus.ascii("secretkey"))),
                    new AuthenticationOk(),
                    new FunctionCallResponse(null))))
        .containsExactly(
            "ParameterStatus: TimeZone = UTC",
            "NotificationResponse: \"jobs\" from process 7: 17",
            "BackendKeyData: process 7, key not shown",
            "AuthenticationOk",
            "FunctionCallResponse: NULL");
    assertThat(
            printer.frontend(
                sent(
                    new Close(Target.PORTAL, text("p")),
                    new FunctionCall(42, Formats.NONE, Values.of(Corpus.ascii("x")), false))))
        .containsExactly("Close portal \"p\"", "FunctionCall of function 42: $1 = x");
  }

  @Test
  void a_password_is_never_shown() {
    assertThat(printer.frontend(sent(new PasswordMessage(text("hunter2")))))
        .containsExactly("authentication response: 8 bytes, not shown");
    assertThat(printer.frontend(raw("'p' 00000100 'hunter2'")))
        .containsExactly("authentication response: 7 of 252 bytes, the rest is not there");
  }

  @Test
  void a_malformed_message_is_told_and_the_next_one_shown() {
    assertThat(printer.frontend(raw("'Q' 00000006 'ab' 'S' 00000004")))
        .containsExactly("malformed Query: query has no terminating zero: \\x6162", "Sync");
  }

  @Test
  void what_no_message_begins_with_is_told_to_its_end() {
    assertThat(printer.frontend(raw("'H' 00000004 'zzzzzz' 'S' 00000004")))
        .containsExactly(
            "Flush", "unreadable, no message begins here: 11 bytes, \\x7a7a7a7a7a7a5300000004");
    assertThat(printer.backend(raw("'Z' 00000003 00")))
        .containsExactly("unreadable, no message begins here: 6 bytes, \\x5a0000000300");
  }

  @Test
  void a_message_cut_short_shows_what_there_is() {
    assertThat(printer.frontend(raw("'Q' 00000100 'drop table'")))
        .containsExactly("Query: 10 of 252 bytes, the rest is not there", "  begins: drop table");
    assertThat(printer.backend(raw("'D' 00000100 0001")))
        .containsExactly("DataRow: 2 of 252 bytes, the rest is not there", "  begins: \\x0001");
    assertThat(printer.frontend(raw("'Q' 00")))
        .containsExactly("unreadable, the rest is not there: 2 bytes, \\x5100");
  }

  @Test
  void a_message_too_long_to_be_shown_is_passed_over() {
    List<String> lines = new ArrayList<>();
    MessagePrinter.Exchange exchange = printer.exchange(lines::add, lines::add);
    exchange.response(raw("'d' 04000005 'begins'"));
    ByteBuffer megabyte = ByteBuffer.allocate(1 << 20);
    for (int i = 0; i < 63; i++) {
      exchange.response(megabyte.clear());
    }
    exchange.response(megabyte.clear().limit((1 << 20) - 5));
    exchange.response(seen(new CopyDone()));
    exchange.end();

    assertThat(lines).containsExactly("CopyData: 67108865 bytes, too long to be shown", "CopyDone");
  }

  @Test
  void behind_a_gap_a_new_message_begins() {
    List<String> lines = new ArrayList<>();
    MessagePrinter.Exchange exchange = printer.exchange(lines::add, lines::add);

    exchange.response(raw("'D' 00000100 0001"));
    exchange.responseMissing(4711);
    exchange.response(seen(new CommandComplete(text("SELECT 9"))));
    exchange.end();

    assertThat(lines)
        .containsExactly(
            "DataRow: 2 of 252 bytes, then 4711 bytes are not there",
            "  begins: \\x0001",
            "CommandComplete: SELECT 9");
  }

  @Test
  void how_the_bytes_are_cut_makes_no_difference() {
    ByteBuf whole = Unpooled.buffer();
    Corpus.backend().forEach(message -> message.encode(whole));
    byte[] bytes = ByteBufUtil.getBytes(whole);
    List<String> expected = printer.backend(ByteBuffer.wrap(bytes));
    for (int size = 1; size < 40; size++) {
      List<String> lines = new ArrayList<>();
      MessagePrinter.Exchange exchange = printer.exchange(lines::add, lines::add);
      for (int at = 0; at < bytes.length; at += size) {
        exchange.response(ByteBuffer.wrap(bytes, at, Math.min(size, bytes.length - at)));
      }
      exchange.end();

      assertThat(lines).as("pieces of %d bytes", size).isEqualTo(expected);
    }
  }

  @Test
  void the_caller_keeps_its_position() {
    ByteBuffer messages = sent(new Sync());

    printer.frontend(messages);

    assertThat(messages.remaining()).isEqualTo(5);
  }

  @Test
  void only_so_many_statements_are_remembered() {
    PrintedNames names = new PrintedNames();
    PrintedNames.Statement first = names.prepare(text("0"), 23);
    for (int i = 1; i < PrintedNames.MAX_NAMES; i++) {
      names.prepare(text(Integer.toString(i)));
    }
    assertThat(names.statement(text("0"))).isSameAs(first);

    names.prepare(text("one more"));

    assertThat(names.statement(text("0"))).isNotSameAs(first);
  }

  @Test
  void start_up_requests() {
    assertThat(
            printer.startup(raw("0000001c 00030000 'user' 00 'a' 1b 00 'database' 00 'b' 00 00")))
        .containsExactly("StartupMessage: protocol 3.0", "  | user = a\\u{1b}", "  | database = b");
    assertThat(printer.startup(raw("00000008 04d2162f"))).containsExactly("SSLRequest");
    assertThat(printer.startup(raw("00000008")))
        .containsExactly("start-up request: 4 bytes, the rest is not there");
    assertThat(printer.startup(raw("00000007")))
        .containsExactly("malformed start-up request: length is 7, at least 8 expected");
  }
}
