package dev.stepgate.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches documents and sends forms by HTTP/1.1, each over a connection of its own: no redirect, no
 * cookie, no compression. The deadline counts from the call to the last byte and covers the look-up
 * of the name, the connection and TLS; nothing goes on after it. Thread-safe, owns no thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // listeners and the deadline see to them
public final class HttpCalls {

  /** The longest status line. */
  static final int MAX_LINE_BYTES = 4 << 10;

  /** All headers together. */
  static final int MAX_HEADER_BYTES = 16 << 10;

  private static final int CHUNK_BYTES = 8 << 10;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private final Transport transport;
  private final DialTlsContext tls;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Fetches over {@code transport}.
   *
   * @param tls what {@code https:} demands of the server; made for the protocol {@code http/1.1}
   */
  public HttpCalls(Transport transport, DialTlsContext tls) {
    this.transport = transport;
    this.tls = tls;
  }

  /**
   * Fetches one document.
   *
   * @param url {@code http:} or {@code https:}
   * @param within from now to the last byte
   * @param maxBytes the longest body
   * @return the body of a 200; else an {@link IOException} with a sentence. Completed on a thread
   *     of {@link Transport#offload}, or on a loop if it fails
   */
  public CompletionStage<byte[]> get(URI url, Duration within, int maxBytes) {
    return call(url, null, within, maxBytes).thenApply(HttpReply::body);
  }

  /**
   * Sends a form by POST.
   *
   * @param url {@code http:} or {@code https:}
   * @param form as {@code application/x-www-form-urlencoded}
   * @param within from now to the last byte
   * @param maxBytes the longest body of the answer
   * @return the answer, also one that says no (400 to 499); else and elsewhere as {@link #get}
   */
  public CompletionStage<HttpReply> post(URI url, String form, Duration within, int maxBytes) {
    return call(url, form.getBytes(StandardCharsets.US_ASCII), within, maxBytes);
  }

  private CompletionStage<HttpReply> call(URI url, byte[] form, Duration within, int maxBytes) {
    EventLoop loop =
        transport.loops().get(Math.floorMod(turn.getAndIncrement(), transport.loops().size()));
    CompletableFuture<HttpReply> answer = new CompletableFuture<>();
    try {
      loop.execute(() -> begin(loop, url, form, within, maxBytes, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new IOException("the gateway is closing", e));
    }
    return answer;
  }

  private void begin(
      EventLoop loop,
      URI url,
      byte[] form,
      Duration within,
      int maxBytes,
      CompletableFuture<HttpReply> answer) {
    CompletableFuture<HttpReply> fetched = new CompletableFuture<>();
    ScheduledFuture<?> deadline =
        loop.schedule(
            () -> fetched.completeExceptionally(late(url, within)),
            within.toNanos(),
            TimeUnit.NANOSECONDS);
    fetched.whenComplete(
        (reply, failure) -> {
          deadline.cancel(false);
          hand(reply, failure, answer);
        });
    boolean secure = "https".equals(url.getScheme());
    int port = url.getPort() >= 0 ? url.getPort() : secure ? HTTPS : HTTP;
    HttpAnswer collects = new HttpAnswer(url, form, maxBytes, fetched);
    transport
        .dial(loop, host(url), port, within, new Opening(url, port, secure, within, collects))
        .addListener((Future<Channel> dialled) -> dialled(dialled, url, fetched));
  }

  private static void dialled(
      Future<Channel> dialled, URI url, CompletableFuture<HttpReply> fetched) {
    if (!dialled.isSuccess()) {
      fetched.completeExceptionally(
          new IOException(
              "no connection to " + url.getAuthority() + ": " + dialled.cause().getMessage(),
              dialled.cause()));
      return;
    }
    Channel channel = dialled.getNow();
    fetched.whenComplete((reply, failure) -> channel.close());
  }

  /** The caller's code runs off the loop: what it does with a document is its own affair. */
  private void hand(HttpReply reply, Throwable failure, CompletableFuture<HttpReply> answer) {
    if (failure != null) {
      answer.completeExceptionally(failure);
      return;
    }
    try {
      transport.offload().execute(() -> answer.complete(reply));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new IOException("the gateway is too busy", e));
    }
  }

  private static IOException late(URI url, Duration within) {
    return new IOException(
        url.getAuthority() + " did not answer in full within " + within.toMillis() + " ms");
  }

  /** Without the brackets of an IPv6 address. */
  private static String host(URI url) {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Puts together the pipeline: TLS, HTTP, what collects the answer. */
  private final class Opening extends ChannelInitializer<Channel> {

    private final URI url;
    private final int port;
    private final boolean secure;
    private final Duration within;
    private final HttpAnswer collects;

    Opening(URI url, int port, boolean secure, Duration within, HttpAnswer collects) {
      this.url = url;
      this.port = port;
      this.secure = secure;
      this.within = within;
      this.collects = collects;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.config().setAutoRead(true);
      ChannelPipeline pipeline = channel.pipeline();
      if (secure) {
        pipeline.addLast("tls", tls.handler(channel.alloc(), host(url), port, within));
      }
      pipeline.addLast("http", new HttpClientCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, CHUNK_BYTES));
      pipeline.addLast("answer", collects.handler());
    }
  }
}
