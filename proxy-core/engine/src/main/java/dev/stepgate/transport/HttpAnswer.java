package dev.stepgate.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Asks once and collects the answer, within its limit of bytes. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails is told by the channel's handlers
final class HttpAnswer {

  private static final int REDIRECTS = 3;
  private static final int REFUSALS = 4;
  private static final int HUNDRED = 100;

  private final URI url;
  private final byte[] form;
  private final int maxBytes;
  private final CompletableFuture<HttpReply> fetched;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean answered;
  private int status;

  /**
   * Nothing is asked yet.
   *
   * @param form what is sent by POST; null for a GET
   */
  HttpAnswer(URI url, byte[] form, int maxBytes, CompletableFuture<HttpReply> fetched) {
    this.url = url;
    this.form = form;
    this.maxBytes = maxBytes;
    this.fetched = fetched;
  }

  /** A handler for each address that is tried; only one of them gets as far as to ask. */
  ChannelHandler handler() {
    return new Handler();
  }

  private FullHttpRequest request() {
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    FullHttpRequest request =
        form == null
            ? new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path + query)
            : new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, path + query, Unpooled.wrappedBuffer(form));
    if (form != null) {
      request
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_X_WWW_FORM_URLENCODED)
          .set(HttpHeaderNames.CONTENT_LENGTH, form.length);
    }
    request
        .headers()
        .set(HttpHeaderNames.HOST, url.getRawAuthority())
        .set(HttpHeaderNames.ACCEPT, "application/json")
        .set(HttpHeaderNames.ACCEPT_ENCODING, "identity")
        .set(HttpHeaderNames.CONNECTION, "close")
        .set(HttpHeaderNames.USER_AGENT, "stepgate");
    return request;
  }

  private void take(HttpObject part) throws IOException {
    if (part.decoderResult().isFailure()) {
      throw new IOException("answered with what is no HTTP");
    }
    if (part instanceof HttpResponse response) {
      begin(response);
    }
    if (part instanceof HttpContent content) {
      int more = content.content().readableBytes();
      if (more > maxBytes - body.size()) {
        throw tooLong();
      }
      content.content().readBytes(body, more);
      if (part instanceof LastHttpContent) {
        fetched.complete(new HttpReply(status, body.toByteArray()));
      }
    }
  }

  private void begin(HttpResponse response) throws IOException {
    if (answered) {
      throw new IOException("answered twice");
    }
    answered = true;
    status = response.status().code();
    if (status / HUNDRED == REDIRECTS) {
      throw new IOException("answered " + status + ", and redirects are not followed");
    }
    // Who sends a form is told why not; a document is there or not.
    if (status != HttpReply.OK && (form == null || status / HUNDRED != REFUSALS)) {
      throw new IOException("answered " + status);
    }
    String encoding = response.headers().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new IOException("answered with a compressed document, which was not asked for");
    }
    String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0");
    // The decoder has checked that it is a number; 18 digits fit a long.
    if (length.length() > 18 || Long.parseLong(length.trim()) > maxBytes) {
      throw tooLong();
    }
  }

  private IOException tooLong() {
    return new IOException("answered with more than " + maxBytes + " bytes");
  }

  private final class Handler extends SimpleChannelInboundHandler<HttpObject> {

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(request(), ctx.voidPromise());
      ctx.fireChannelActive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) throws IOException {
      if (!fetched.isDone()) {
        take(part);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(new IOException("ended the connection before its answer was complete"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(cause);
      ctx.close();
    }

    private void fail(Throwable cause) {
      fetched.completeExceptionally(new IOException(url.getAuthority() + " " + said(cause), cause));
    }

    private String said(Throwable cause) {
      String message = cause.getMessage();
      boolean ours = cause.getClass() == IOException.class && message != null;
      return ours ? message : "failed: " + message;
    }
  }
}
