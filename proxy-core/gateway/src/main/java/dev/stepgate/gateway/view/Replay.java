package dev.stepgate.gateway.view;

import dev.stepgate.audit.leaf.Who;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.protocol.postgres.wire.MessagePrinter;
import dev.stepgate.recording.Body;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prints one recording for a person: each message with its time, {@code >} for what the client sent
 * and {@code <} for what it saw.
 *
 * <pre>
 *   0.167969 #1    &gt; Query: select 1
 *   0.175392 #1    &lt; DataRow: 1
 *   0.175392 #1      done, 1 row
 * </pre>
 */
public final class Replay {

  private static final int CHUNK = 64 << 10;
  private static final int MAX_NOTE = 64 << 10;
  // Far more operations than a client has under way; past it the oldest forget what they know.
  private static final int MAX_EXCHANGES = 10_000;

  private final RecordingReader reader;
  private final Consumer<String> out;
  private final MessagePrinter printer;
  private final Map<Long, MessagePrinter.Exchange> exchanges = new HashMap<>();
  private final MessagePrinter.Exchange between;
  private Line now;

  /**
   * A replay.
   *
   * @param valueChars how many characters of a value are shown
   */
  public Replay(RecordingReader reader, Consumer<String> out, int valueChars) {
    this.reader = reader;
    this.out = out;
    this.printer = new MessagePrinter(valueChars);
    this.between = printer.exchange(text -> print("", '>', text), text -> print("", '<', text));
  }

  /** Prints a line that the reader has just read. */
  public void show(Line line) throws IOException {
    now = line;
    if (line instanceof Line.Header header) {
      header(header);
    } else if (line instanceof Line.Note note) {
      note(note);
    } else if (line instanceof Line.Request request) {
      request(request);
    } else if (line instanceof Line.Data data) {
      sent(exchange(data.operation()), data.body());
    } else if (line instanceof Line.Response response) {
      seen(exchange(response.operation()), response.body());
    } else if (line instanceof Line.Rest rest) {
      exchange(rest.operation()).responseMissing(rest.body().size());
    } else if (line instanceof Line.Result result) {
      result(result);
    } else if (line instanceof Line.End end) {
      end(end);
    } else {
      print("", ' ', "a line of a kind that this version does not know");
    }
  }

  private void header(Line.Header header) {
    out.accept(
        PlainText.escape(
            "recording "
                + header.recording()
                + " on "
                + header.target()
                + " ("
                + header.protocol()
                + "), client "
                + header.peer()
                + ", opened "
                + header.opened()
                + ", durability "
                + header.durability()));
    dev.stepgate.recording.Who who = header.who();
    if (!who.proof().isEmpty()) {
      Who named = new Who(who.proof(), who.verified(), who.shaped());
      out.accept(PlainText.escape(WhoText.line("who", WhoText.sentence(Optional.of(named)))));
      out.accept(
          PlainText.escape(WhoText.line("verified", WhoText.claims(who.verified(), who.shaped()))));
      if (!who.claimed().isEmpty()) {
        out.accept(
            PlainText.escape(WhoText.line("claimed", WhoText.claims(who.claimed(), List.of()))));
      }
    }
  }

  private void note(Line.Note note) throws IOException {
    Body body = note.body();
    switch (note.kind()) {
      case "frontend" -> sent(between, body);
      case "backend" -> seen(between, body);
      case "startup" -> startup(body);
      case ApprovalNotes.KIND -> approval(body);
      default -> {
        String text = body.state() == Body.State.PRESENT ? text(body) : withheld(body);
        print("", ' ', PlainText.escape(note.kind() + (text.isEmpty() ? "" : ": " + text)));
      }
    }
  }

  private void approval(Body body) throws IOException {
    String text = body.state() == Body.State.PRESENT ? text(body) : withheld(body);
    print("", ' ', PlainText.escape("approval: " + ApprovalNotes.sentence(text).orElse(text)));
  }

  private void startup(Body body) throws IOException {
    if (body.state() == Body.State.PRESENT) {
      ByteBuffer message = ByteBuffer.wrap(reader.content(body, MAX_NOTE));
      printer.startup(message).forEach(text -> print("", '>', text));
    } else {
      print("", '>', "startup: " + withheld(body));
    }
  }

  private String text(Body body) throws IOException {
    return new String(reader.content(body, MAX_NOTE), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String withheld(Body body) {
    return body.state() == Body.State.WITHHELD ? body.size() + " bytes withheld" : "";
  }

  private void request(Line.Request request) throws IOException {
    sent(exchange(request.operation()), request.body());
  }

  private void result(Line.Result result) throws IOException {
    MessagePrinter.Exchange exchange = exchange(result.operation());
    seen(exchange, result.body());
    exchange.end();
    exchanges.remove(result.operation());
    String rows =
        result.rows() == 0 ? "" : ", " + result.rows() + (result.rows() == 1 ? " row" : " rows");
    String code = result.code().isEmpty() ? "" : " " + result.code();
    print("#" + result.operation(), ' ', PlainText.escape(result.status() + code + rows));
  }

  private void end(Line.End end) {
    exchanges.values().forEach(MessagePrinter.Exchange::end);
    between.end();
    String tail = end.tail().equals("unknown") ? "; events may be missing before this" : "";
    print(
        "",
        ' ',
        PlainText.escape(
            end.reason()
                + ": "
                + end.operations()
                + " operations, "
                + end.refused()
                + " refused"
                + (end.interrupted() ? ", interrupted" : "")
                + tail));
  }

  private MessagePrinter.Exchange exchange(long operation) {
    if (exchanges.size() >= MAX_EXCHANGES) {
      exchanges.clear();
    }
    String label = "#" + operation;
    return exchanges.computeIfAbsent(
        operation,
        number ->
            printer.exchange(text -> print(label, '>', text), text -> print(label, '<', text)));
  }

  private void sent(MessagePrinter.Exchange exchange, Body body) throws IOException {
    pieces(body, exchange::request, exchange::requestMissing);
  }

  private void seen(MessagePrinter.Exchange exchange, Body body) throws IOException {
    pieces(body, exchange::response, exchange::responseMissing);
  }

  // A body may be a statement of many megabytes; it is never whole in memory here.
  private void pieces(Body body, Consumer<ByteBuffer> piece, Consumer<Long> missing)
      throws IOException {
    if (body.state() == Body.State.WITHHELD || body.state() == Body.State.NOT_KEPT) {
      missing.accept(body.size());
      return;
    }
    try (InputStream content = reader.content(body)) {
      for (byte[] chunk = content.readNBytes(CHUNK);
          chunk.length > 0;
          chunk = content.readNBytes(CHUNK)) {
        piece.accept(ByteBuffer.wrap(chunk));
      }
    }
  }

  private void print(String operation, char direction, String text) {
    out.accept(
        String.format(
            Locale.ROOT, "%10.6f %-6s %s %s", now.time() / 1e6, operation, direction, text));
  }
}
