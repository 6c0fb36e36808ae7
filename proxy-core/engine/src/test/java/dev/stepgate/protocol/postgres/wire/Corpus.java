package dev.stepgate.protocol.postgres.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One valid message of each kind, and some of the shapes that make a kind interesting. */
final class Corpus {

  private static final WireText NAME = WireText.of("s1");

  private Corpus() {}

  static List<StartupRequest> startup() {
    return List.of(
        new SSLRequest(),
        new GSSENCRequest(),
        new CancelRequest(4711, CancelKey.of(new byte[4])),
        new CancelRequest(-1, CancelKey.of(new byte[32])),
        new StartupMessage(0, List.of()),
        new StartupMessage(
            2,
            List.of(
                new StartupMessage.Parameter("user", "alice"),
                new StartupMessage.Parameter("database", "orders"),
                new StartupMessage.Parameter("options", ""),
                new StartupMessage.Parameter("_pq_.é", "é"))));
  }

  static List<FrontendMessage> frontend() {
    return List.of(
        new Query(WireText.of("select 1; select 'é'")),
        new Parse(NAME, WireText.of("select $1, $2"), 23, 0),
        new Parse(WireText.EMPTY, WireText.of("begin")),
        new Bind(NAME, NAME, Formats.of(0, 1), values(), Formats.of(1)),
        new Bind(WireText.EMPTY, NAME, Formats.NONE, Values.NONE, Formats.NONE),
        new Describe(Target.STATEMENT, NAME),
        new Close(Target.PORTAL, WireText.EMPTY),
        new Execute(WireText.EMPTY, 100),
        new FunctionCall(42, Formats.of(1), values(), true),
        new CopyData(Golden.buffer("'1' 09 '2' 0a")),
        new CopyDone(),
        new CopyFail(WireText.of("no more")),
        new Sync(),
        new Flush(),
        new Terminate());
  }

  static List<BackendMessage> backend() {
    List<BackendMessage> all = new ArrayList<>(authentication());
    Formats two = Formats.of(0, 1);
    all.addAll(
        List.of(
            new BackendKeyData(4711, CancelKey.of(new byte[32])),
            new ParameterStatus(WireText.of("TimeZone"), WireText.of("UTC")),
            NegotiateProtocolVersion.minor(2, List.of("_pq_.a", "_pq_.b")),
            new ReadyForQuery(ReadyForQuery.Status.IN_TRANSACTION),
            new RowDescription(
                List.of(
                    new RowDescription.Column(
                        WireText.of("id"), 16385, (short) 1, 23, (short) 4, -1, false),
                    new RowDescription.Column(
                        WireText.of("name"), 0, (short) 0, 25, (short) -1, -1, true))),
            new ParameterDescription(23, 25),
            new DataRow(values()),
            new DataRow(Values.of(new byte[0], null, new byte[40])),
            new CommandComplete(WireText.of("SELECT 2")),
            new EmptyQueryResponse(),
            new ErrorResponse(Report.of("ERROR", "42P01", "no such table", "détail", "hint")),
            new NoticeResponse(Report.of("NOTICE", "00000", "by the way", null, null)),
            new NotificationResponse(4711, WireText.of("jobs"), WireText.of("17")),
            new CopyInResponse(new CopyFormat(false, two)),
            new CopyOutResponse(new CopyFormat(true, two)),
            new CopyBothResponse(new CopyFormat(false, Formats.NONE)),
            new CopyData(Golden.buffer("'1' 09 '2' 0a")),
            new CopyDone(),
            new FunctionCallResponse(Golden.buffer("00000007")),
            new FunctionCallResponse(null),
            new ParseComplete(),
            new BindComplete(),
            new CloseComplete(),
            new NoData(),
            new PortalSuspended()));
    return all;
  }

  private static List<Authentication> authentication() {
    return List.of(
        new AuthenticationOk(),
        new AuthenticationKerberosV5(),
        new AuthenticationCleartextPassword(),
        new AuthenticationMD5Password(new byte[4]),
        new AuthenticationGSS(),
        new AuthenticationGSSContinue(new byte[8]),
        new AuthenticationSSPI(),
        new AuthenticationSASL(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")),
        new AuthenticationSASLContinue(ascii("r=abcd,s=AAAA,i=4096")),
        new AuthenticationSASLFinal(ascii("v=AAAA")));
  }

  static List<FrontendMessage> authenticationResponses() {
    return List.of(
        new PasswordMessage(WireText.of("secret")),
        new SASLInitialResponse("SCRAM-SHA-256", ascii("n,,n=,r=abc")),
        new SASLInitialResponse("X", null),
        new SASLResponse(ascii("c=biws,r=abcd,p=AAAA")));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Values values() {
    return Values.of(ascii("forty-two"), null);
  }
}
