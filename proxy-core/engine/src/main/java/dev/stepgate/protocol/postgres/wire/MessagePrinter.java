package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Shows recorded messages of one connection as lines for people: statements, parameters, rows, tags
 * and errors. It never throws for what the bytes are: what it cannot read, it says and shows in
 * hex.
 *
 * <p>A line holds no line end, control or formatting character, and nothing that a CI system takes
 * for a command: see {@link Visible}. It begins with a word of the printer's own.
 *
 * <pre>
 *   Parse "s1" ($1 int4): select name
 *     | from people where id = $1
 *   Bind unnamed from "s1": $1 = 42
 *   Execute unnamed, at most 100 rows
 *   DataRow: Alice | NULL
 *   CommandComplete: SELECT 1
 *   ErrorResponse: ERROR 42P01: relation "peple" does not exist at character 15
 * </pre>
 */
public final class MessagePrinter {

  /** How many characters of a value are shown unless told otherwise. */
  public static final int DEFAULT_VALUE_CHARS = 200;

  private final PrintedConversation conversation = new PrintedConversation();
  private final ValueText values;

  /** A printer that shows up to {@value #DEFAULT_VALUE_CHARS} characters of a value. */
  public MessagePrinter() {
    this(DEFAULT_VALUE_CHARS);
  }

  /**
   * A printer for one connection.
   *
   * @param valueChars how many characters of a parameter, a column or a piece of COPY data are
   *     shown
   */
  public MessagePrinter(int valueChars) {
    this.values = new ValueText(valueChars);
  }

  /**
   * One operation: both directions of it, each printed piece by piece. Messages may reach over the
   * pieces of a direction. Operations may overlap.
   */
  public static final class Exchange {

    private final MessageStream<FrontendMessage> request;
    private final MessageStream<BackendMessage> response;

    private Exchange(
        MessageStream<FrontendMessage> request, MessageStream<BackendMessage> response) {
      this.request = request;
      this.response = response;
    }

    /** Prints what the client sent. */
    public void request(ByteBuffer piece) {
      request.print(piece);
    }

    /** Some of what the client sent is not there (withheld). */
    public void requestMissing(long bytes) {
      request.missing(bytes);
    }

    /** Prints what the client saw. */
    public void response(ByteBuffer piece) {
      response.print(piece);
    }

    /** Some of what the client saw is not there (past the capture limit, or withheld). */
    public void responseMissing(long bytes) {
      response.missing(bytes);
    }

    /** Prints what is left of both directions. */
    public void end() {
      request.end();
      response.end();
    }
  }

  /**
   * Begins an operation. What is printed of a connection, operations or not, is to be printed in
   * the order recorded: the server answers in the order asked, and so it is known what rows are of.
   *
   * @param request takes the lines of what the client sent
   * @param response takes the lines of what the client saw
   */
  public Exchange exchange(Consumer<String> request, Consumer<String> response) {
    return new Exchange(
        new MessageStream<>(
            new FrontendDecoder(WireLimits.POSTGRES),
            new FrontendText(conversation, values),
            request),
        new MessageStream<>(
            new BackendDecoder(WireLimits.POSTGRES),
            new BackendText(conversation, values),
            response));
  }

  /** Shows messages that a client sent, of no operation. */
  public List<String> frontend(ByteBuffer messages) {
    List<String> lines = new ArrayList<>();
    Exchange exchange = exchange(lines::add, lines::add);
    exchange.request(messages);
    exchange.end();
    return lines;
  }

  /** Shows messages that a client saw, of no operation. */
  public List<String> backend(ByteBuffer messages) {
    List<String> lines = new ArrayList<>();
    Exchange exchange = exchange(lines::add, lines::add);
    exchange.response(messages);
    exchange.end();
    return lines;
  }

  /** Shows a request of the start-up phase. The values of its parameters are shown too. */
  public List<String> startup(ByteBuffer request) {
    List<String> lines = new ArrayList<>();
    try {
      StartupRequest decoded = new StartupDecoder().decode(Unpooled.wrappedBuffer(request.slice()));
      if (decoded instanceof StartupMessage message) {
        startup(message, lines);
      } else if (decoded == null) {
        lines.add("start-up request: " + request.remaining() + " bytes, the rest is not there");
      } else {
        lines.add(decoded.getClass().getSimpleName());
      }
    } catch (WireException e) {
      lines.add("malformed " + e.getMessage());
    }
    return lines;
  }

  private static void startup(StartupMessage message, List<String> lines) {
    lines.add("StartupMessage: protocol " + StartupMessage.MAJOR + "." + message.minor());
    for (StartupMessage.Parameter parameter : message.parameters()) {
      String name = Visible.text(WireText.of(parameter.name()));
      lines.add("  | " + name + " = " + Visible.text(WireText.of(parameter.value())));
    }
  }
}
