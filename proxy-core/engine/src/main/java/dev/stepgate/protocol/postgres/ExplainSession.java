package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Shown;
import dev.stepgate.protocol.postgres.wire.BackendDecoder;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.Bind;
import dev.stepgate.protocol.postgres.wire.DataRow;
import dev.stepgate.protocol.postgres.wire.ErrorResponse;
import dev.stepgate.protocol.postgres.wire.Execute;
import dev.stepgate.protocol.postgres.wire.Formats;
import dev.stepgate.protocol.postgres.wire.FrontendDecoder;
import dev.stepgate.protocol.postgres.wire.FrontendMessage;
import dev.stepgate.protocol.postgres.wire.Parse;
import dev.stepgate.protocol.postgres.wire.Query;
import dev.stepgate.protocol.postgres.wire.ReadyForQuery;
import dev.stepgate.protocol.postgres.wire.Report;
import dev.stepgate.protocol.postgres.wire.Sync;
import dev.stepgate.protocol.postgres.wire.Values;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.protocol.postgres.wire.WireLimits;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One EXPLAIN on a session of the gateway's own. By Parse and Bind alone: a server parses one
 * statement there, so that nothing can follow what is explained; and with its options in
 * parentheses, behind which only a statement can stand, never ANALYZE.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class ExplainSession extends ChannelInboundHandlerAdapter {

  private static final String EXPLAIN = "EXPLAIN (ANALYZE FALSE, COSTS TRUE, FORMAT TEXT) ";
  private static final WireText SET_PATH =
      WireText.of("SELECT pg_catalog.set_config('search_path', $1, false)");
  private static final int TEXT_TYPE = 25;
  private static final int MAX_LINES = 1_000;
  private static final int MAX_BYTES = 1 << 20;
  private static final long SECONDS = 5;
  private static final WireLimits LIMITS = new WireLimits(1, 1, 64 << 10, 64 << 10, 10_000);

  /**
   * What the server says.
   *
   * @param plan its lines, or null
   * @param error else the SQLSTATE, or the empty string
   */
  record Said(List<String> plan, String error) {}

  private final Shown shown;
  private final List<String> searchPath;
  private final Consumer<Said> then;
  private final BackendDecoder decoder = new BackendDecoder(LIMITS);
  private final List<String> rows = new ArrayList<>();
  private String error;
  private ByteBuf held;
  private int bytes;
  private boolean told;
  private ScheduledFuture<?> deadline;

  /**
   * One.
   *
   * @param searchPath the schemas in which names are searched, or null for those of the beginning
   */
  ExplainSession(Shown shown, List<String> searchPath, Consumer<Said> then) {
    this.shown = shown;
    this.searchPath = searchPath;
    this.then = then;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline = ctx.executor().schedule(() -> tell(ctx, ""), SECONDS, TimeUnit.SECONDS);
    ByteBuf out = ctx.alloc().buffer();
    if (!question(out)) {
      out.release();
      tell(ctx, "42601");
      return;
    }
    ctx.writeAndFlush(out);
    ctx.read();
  }

  private boolean question(ByteBuf out) {
    FrontendMessage request = first(shown.request());
    if (searchPath != null) {
      new Parse(WireText.EMPTY, SET_PATH, TEXT_TYPE).encode(out);
      run(out, Formats.NONE, Values.of(path()));
    }
    if (request instanceof Query query) {
      new Parse(WireText.EMPTY, explained(query.sql())).encode(out);
      run(out, Formats.NONE, Values.NONE);
    } else if (request instanceof Bind bind && first(shown.prepared()) instanceof Parse parse) {
      new Parse(WireText.EMPTY, explained(parse.sql()), parse.parameterTypes()).encode(out);
      run(out, bind.parameterFormats(), bind.parameters());
    } else {
      return false;
    }
    new Sync().encode(out);
    return true;
  }

  private byte[] path() {
    return searchPath.stream()
        .map(schema -> "\"" + schema.replace("\"", "\"\"") + "\"")
        .collect(Collectors.joining(", "))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void run(ByteBuf out, Formats formats, Values values) {
    new Bind(WireText.EMPTY, WireText.EMPTY, formats, values, Formats.NONE).encode(out);
    new Execute(WireText.EMPTY, 0).encode(out);
  }

  private static FrontendMessage first(ByteBuffer messages) {
    ByteBuf in = Unpooled.wrappedBuffer(messages.duplicate());
    return in.isReadable() ? new FrontendDecoder(WireLimits.POSTGRES).decode(in) : null;
  }

  // Text that is no UTF-8 is not asked: it would be another text.
  private static WireText explained(WireText sql) {
    String text = sql.utf8();
    return text == null ? WireText.of(EXPLAIN) : WireText.of(EXPLAIN + text);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    bytes += in.readableBytes();
    held = Held.join(ctx.alloc(), held, in);
    try {
      BackendMessage message = decoder.decode(held);
      while (message != null && !told) {
        take(ctx, message);
        message = decoder.decode(held);
      }
      if (bytes > MAX_BYTES || rows.size() > MAX_LINES) {
        tell(ctx, "");
      }
    } catch (WireException e) {
      tell(ctx, "");
    }
  }

  private void take(ChannelHandlerContext ctx, BackendMessage message) {
    if (message instanceof DataRow row && row.columns().count() == 1) {
      rows.add(new String(row.columns().bytes(0), StandardCharsets.UTF_8));
    } else if (message instanceof ErrorResponse failed && error == null) {
      error = failed.report().text(Report.CODE);
    } else if (message instanceof ReadyForQuery) {
      tell(ctx, error);
    }
  }

  private void tell(ChannelHandlerContext ctx, String failed) {
    if (told) {
      return;
    }
    told = true;
    deadline.cancel(false);
    ctx.writeAndFlush(Messages.terminate(ctx.alloc())).addListener(ChannelFutureListener.CLOSE);
    List<String> plan =
        searchPath == null ? rows : rows.subList(Math.min(1, rows.size()), rows.size());
    then.accept(failed == null ? new Said(List.copyOf(plan), "") : new Said(null, failed));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    tell(ctx, "");
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    deadline.cancel(false);
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    tell(ctx, "");
  }
}
