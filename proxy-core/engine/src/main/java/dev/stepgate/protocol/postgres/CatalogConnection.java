package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.catalog.CatalogSource;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.StartupMessage.Parameter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The gateway's own session at one database, for its catalog alone: opened when it is asked, kept
 * while it is asked again within {@link CatalogReader#IDLE_SECONDS}. One reading at a time, which
 * is all that a catalog asks for. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails, fails the reading that waits for it
final class CatalogConnection implements CatalogSource, AutoCloseable {

  private static final String NAME = "stepgate catalog";

  private final Upstreams upstreams;
  private final EventLoop loop;
  private final StartupMessage startup;
  private CatalogReader reader;
  private Upstream upstream;
  private boolean closed;

  CatalogConnection(Upstreams upstreams, EventLoop loop, String database) {
    this.upstreams = upstreams;
    this.loop = loop;
    this.startup =
        new StartupMessage(
            0,
            List.of(
                new Parameter("user", upstreams.target().user()),
                new Parameter("database", database),
                new Parameter("client_encoding", "UTF8"),
                new Parameter("application_name", NAME)));
  }

  @Override
  public CompletableFuture<List<List<String[]>>> read(List<String> queries) {
    CompletableFuture<List<List<String[]>>> answer = new CompletableFuture<>();
    try {
      loop.execute(() -> ask(queries, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new IllegalStateException("the gateway is closing"));
    }
    return answer;
  }

  private void ask(List<String> queries, CompletableFuture<List<List<String[]>>> answer) {
    if (closed) {
      answer.completeExceptionally(new IllegalStateException("the gateway is closing"));
    } else if (reader != null && reader.isFree()) {
      reader.read(queries, answer);
    } else {
      upstreams
          .open(loop, startup)
          .addListener((Future<Upstream> opened) -> opened(opened, queries, answer));
    }
  }

  private void opened(
      Future<Upstream> opened,
      List<String> queries,
      CompletableFuture<List<List<String[]>>> answer) {
    if (!opened.isSuccess()) {
      answer.completeExceptionally(opened.cause());
      return;
    }
    if (closed) {
      opened.getNow().channel().close();
      answer.completeExceptionally(new IllegalStateException("the gateway is closing"));
      return;
    }
    if (upstream != null) {
      upstream.channel().close();
    }
    upstream = opened.getNow();
    reader = new CatalogReader();
    upstream.handTo(reader);
    reader.read(queries, answer);
  }

  /** Ends its session, and what is being read. */
  @Override
  public void close() {
    try {
      loop.execute(
          () -> {
            closed = true;
            if (upstream != null) {
              upstream.channel().close();
            }
          });
    } catch (RejectedExecutionException e) {
      // The loop is gone, and every channel with it.
      return;
    }
  }
}
