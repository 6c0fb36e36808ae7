package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendDecoder;
import dev.stepgate.protocol.postgres.wire.BackendMessage;
import dev.stepgate.protocol.postgres.wire.CommandComplete;
import dev.stepgate.protocol.postgres.wire.DataRow;
import dev.stepgate.protocol.postgres.wire.ErrorResponse;
import dev.stepgate.protocol.postgres.wire.NoticeResponse;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.Query;
import dev.stepgate.protocol.postgres.wire.ReadyForQuery;
import dev.stepgate.protocol.postgres.wire.Report;
import dev.stepgate.protocol.postgres.wire.RowDescription;
import dev.stepgate.protocol.postgres.wire.Values;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.protocol.postgres.wire.WireLimits;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks a server for its catalog: queries in one read-only transaction, one after the other. Between
 * readings the session waits; whatever a server says that does not belong there ends it. Confined
 * to its channel's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class CatalogReader extends ChannelInboundHandlerAdapter {

  /** How long one reading may take, in seconds; the server's own limits are shorter. */
  static final int READING_SECONDS = 20;

  /** How long a session is kept for the next reading, in seconds. */
  static final int IDLE_SECONDS = 60;

  /** The most that one reading may bring, in bytes of values. */
  static final long MOST_BYTES = 128L << 20;

  /** The most rows that one reading may bring. */
  static final int MOST_ROWS = 1_000_000;

  private static final WireLimits LIMITS = new WireLimits(1, 1, 32 << 20, 64 << 10, 10_000);

  /**
   * Names come qualified, and the server gives up by itself what takes long or waits for a lock.
   */
  private static final String BEGIN =
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = '';"
          + " SET LOCAL statement_timeout = '15s'; SET LOCAL lock_timeout = '2s';"
          + " SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on";

  private static final String COMMIT = "COMMIT";

  private final BackendDecoder decoder = new BackendDecoder(LIMITS);
  private ChannelHandlerContext ctx;
  private ByteBuf held;
  private List<String> queries;
  private CompletableFuture<List<List<String[]>>> result;
  private List<List<String[]>> tables;
  private List<String[]> rows;
  private int next;
  private long bytes;
  private int count;
  private ScheduledFuture<?> deadline;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    ctx.read();
  }

  /** Whether it can be asked. */
  boolean isFree() {
    return ctx != null && ctx.channel().isActive() && result == null;
  }

  /** Asks; {@code answer} ends in time, whatever the server does. */
  void read(List<String> asked, CompletableFuture<List<List<String[]>>> answer) {
    queries = new ArrayList<>();
    queries.add(BEGIN);
    queries.addAll(asked);
    queries.add(COMMIT);
    result = answer;
    tables = new ArrayList<>();
    next = 0;
    bytes = 0;
    count = 0;
    closeIn(READING_SECONDS, "the catalog did not come within " + READING_SECONDS + " s");
    ask();
  }

  private void closeIn(int seconds, String why) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    deadline = ctx.executor().schedule(() -> fail(why), seconds, TimeUnit.SECONDS);
  }

  private void ask() {
    rows = new ArrayList<>();
    WireText sql = WireText.of(queries.get(next++));
    ctx.writeAndFlush(Messages.encoded(ctx.alloc(), new Query(sql)));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object msg) {
    held = Held.join(ctx.alloc(), held, (ByteBuf) msg);
    try {
      BackendMessage message = decoder.decode(held);
      while (message != null) {
        received(message);
        message = held == null ? null : decoder.decode(held);
      }
      if (held != null && !held.isReadable()) {
        held.release();
        held = null;
      }
    } catch (WireException e) {
      fail("the catalog is not understood: " + e.getMessage());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    ctx.read();
  }

  private void received(BackendMessage message) {
    if (message instanceof ParameterStatus || message instanceof NoticeResponse) {
      return;
    }
    if (result == null) {
      fail("the server says what nobody asked for");
    } else if (message instanceof DataRow row) {
      row(row.columns());
    } else if (message instanceof ErrorResponse error) {
      Report report = error.report();
      fail(
          "the catalog cannot be read: "
              + report.text(Report.MESSAGE)
              + " ("
              + report.text(Report.CODE)
              + ")");
    } else if (message instanceof ReadyForQuery ready) {
      ready(ready.status());
    } else if (!(message instanceof RowDescription || message instanceof CommandComplete)) {
      fail("the server answers with a message that does not belong there");
    }
  }

  private void row(Values values) {
    if (++count > MOST_ROWS) {
      fail("the catalog has more than " + MOST_ROWS + " rows");
      return;
    }
    String[] row = new String[values.count()];
    for (int i = 0; i < row.length; i++) {
      if (!values.isNull(i)) {
        bytes += values.length(i);
        row[i] = values.slice(i).toString(StandardCharsets.UTF_8);
      }
    }
    if (bytes > MOST_BYTES) {
      fail("the catalog has more than " + MOST_BYTES + " bytes");
      return;
    }
    rows.add(row);
  }

  private void ready(ReadyForQuery.Status status) {
    boolean last = next == queries.size();
    if (status != (last ? ReadyForQuery.Status.IDLE : ReadyForQuery.Status.IN_TRANSACTION)) {
      fail("the server is not in the transaction that was begun");
    } else if (last) {
      CompletableFuture<List<List<String[]>>> answer = result;
      result = null;
      closeIn(IDLE_SECONDS, "idle");
      answer.complete(tables);
    } else {
      if (next > 1) {
        tables.add(rows);
      }
      ask();
    }
  }

  private void fail(String why) {
    CompletableFuture<List<List<String[]>>> answer = result;
    result = null;
    ctx.close();
    if (answer != null) {
      answer.completeExceptionally(new IllegalStateException(why));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail("the server closed the connection");
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    if (held != null) {
      held.release();
      held = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail("the connection failed: " + cause.getMessage());
  }
}
