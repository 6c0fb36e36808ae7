package dev.stepgate.gateway.login;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits on a loopback port of its own for the one request that a browser comes back with. Whatever
 * else knocks there (another page's script, another user of the machine) is answered 400 or 404 and
 * changes nothing; the one request is known by its {@code state}, which only the provider and the
 * browser have seen.
 */
final class RedirectListener implements AutoCloseable {

  /** The only path. */
  static final String PATH = "/callback";

  /** The longest request line and headers. */
  static final int MAX_HEAD_BYTES = 16 << 10;

  /** What one request may take. */
  static final Duration HEAD_WITHIN = Duration.ofSeconds(5);

  /** Connections that are listened to together; more are closed. */
  static final int MAX_AT_A_TIME = 16;

  /** The longest code. */
  static final int MAX_CODE_CHARS = 4096;

  private static final int MAX_PARAMETERS = 16;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final String THANKS =
      "Stepgate has heard from the provider. Go back to the terminal; this page can be closed.\n";

  private final ServerSocket listener;
  private final String state;
  private final String issuer;
  private final boolean namesItself;
  private final CompletableFuture<Map<String, String>> found = new CompletableFuture<>();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MAX_AT_A_TIME + 1,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "stepgate-redirect");
            thread.setDaemon(true);
            return thread;
          });

  private RedirectListener(
      ServerSocket listener, String state, String issuer, boolean namesItself) {
    this.listener = listener;
    this.state = state;
    this.issuer = issuer;
    this.namesItself = namesItself;
  }

  /**
   * Listens on an ephemeral port of 127.0.0.1.
   *
   * @param issuer what an {@code iss} in the request must be (RFC 9207)
   * @param namesItself whether there must be one
   */
  static RedirectListener open(String state, String issuer, boolean namesItself) throws Failure {
    try {
      ServerSocket listener =
          new ServerSocket(0, MAX_AT_A_TIME, InetAddress.getByAddress(LOOPBACK));
      RedirectListener opened = new RedirectListener(listener, state, issuer, namesItself);
      opened.threads.execute(opened::accept);
      return opened;
    } catch (IOException e) {
      throw new Failure(
          ExitCode.GATEWAY, "cannot listen on loopback: " + PlainText.escape(e.toString()));
    }
  }

  /** Where the browser is to be sent back to. */
  String redirect() {
    return "http://" + authority() + PATH;
  }

  private String authority() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The code that the browser came back with; a refusal if it came back with one. */
  String code(Duration within) throws Failure, InterruptedException {
    Map<String, String> query;
    try {
      query = found.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Failure(
          ExitCode.REFUSED, "no browser came back within " + within.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new Failure(ExitCode.GATEWAY, "cannot listen: " + PlainText.escape(e.toString()));
    }
    String from = query.get("iss");
    if (from == null ? namesItself : !from.equals(issuer)) {
      throw Provider.unusable("what came back is not of " + issuer + " (iss)");
    }
    if (query.containsKey("error")) {
      String description = query.getOrDefault("error_description", "");
      throw new Failure(
          ExitCode.REFUSED,
          "the sign-in provider says: "
              + PlainText.escape(
                  query.get("error") + (description.isEmpty() ? "" : ": " + description),
                  Provider.MAX_SHOWN_CHARS));
    }
    String code = query.getOrDefault("code", "");
    if (code.isEmpty() || code.length() > MAX_CODE_CHARS) {
      throw Provider.unusable("it sent the browser back with no code");
    }
    return code;
  }

  private void accept() {
    try {
      while (!found.isDone()) {
        Socket socket = listener.accept();
        try {
          threads.execute(() -> serve(socket));
        } catch (RejectedExecutionException e) {
          socket.close();
        }
      }
    } catch (IOException e) {
      found.completeExceptionally(e); // no use if it was found already
    }
  }

  private void serve(Socket socket) {
    Optional<Map<String, String>> query = Optional.empty();
    try (socket) {
      query = query(head(socket));
      boolean ours = query.isPresent() && isState(query.get().get("state"));
      String status = ours ? "200 OK" : query.isPresent() ? "400 Bad Request" : "404 Not Found";
      String text = ours ? THANKS : "Nothing is waited for here.\n";
      socket
          .getOutputStream()
          .write(
              ("HTTP/1.1 "
                      + status
                      + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                      + text.length()
                      + "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer"
                      + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
                      + text)
                  .getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // Whoever it was is gone, or too slow; what it brought counts all the same.
    }
    query.filter(brought -> isState(brought.get("state"))).ifPresent(found::complete);
  }

  /** Request line and headers, in time and within the limit. */
  private static String head(Socket socket) throws IOException {
    long end = System.nanoTime() + HEAD_WITHIN.toNanos();
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    byte[] buffer = new byte[4096];
    while (true) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new IOException("too slow");
      }
      socket.setSoTimeout((int) left);
      int count = in.read(buffer);
      if (count < 0 || head.size() + count > MAX_HEAD_BYTES) {
        throw new IOException("not a request within the limit");
      }
      head.write(buffer, 0, count);
      String text = head.toString(StandardCharsets.ISO_8859_1);
      int until = text.indexOf("\r\n\r\n");
      if (until >= 0) {
        return text.substring(0, until);
      }
    }
  }

  /** The parameters of a request for the one path at this very address; else nothing. */
  private Optional<Map<String, String>> query(String head) {
    String[] lines = head.split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    boolean fit =
        words.length == 3
            && words[0].equals("GET")
            && words[1].startsWith(PATH + "?")
            && words[2].startsWith("HTTP/1.");
    // A page elsewhere whose name was made to mean this machine sends its own name.
    boolean here = false;
    int hosts = 0;
    for (String line : lines) {
      if (line.regionMatches(true, 0, "host:", 0, 5)) {
        hosts++;
        here = line.substring(5).strip().equals(authority());
      }
    }
    return fit && here && hosts == 1
        ? parameters(words[1].substring(PATH.length() + 1))
        : Optional.empty();
  }

  private static Optional<Map<String, String>> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      try {
        String name =
            URLDecoder.decode(pair.substring(0, Math.max(0, equals)), StandardCharsets.UTF_8);
        String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        if (parameters.put(name, value) != null || parameters.size() > MAX_PARAMETERS) {
          return Optional.empty(); // nobody could say which is meant
        }
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  private boolean isState(String said) {
    return said != null
        && MessageDigest.isEqual(
            said.getBytes(StandardCharsets.UTF_8), state.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // Closed is closed.
    }
    threads.shutdown();
  }
}
