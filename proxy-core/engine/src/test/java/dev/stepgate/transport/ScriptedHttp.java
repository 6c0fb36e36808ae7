package dev.stepgate.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import javax.net.ServerSocketFactory;

/** A server on loopback that answers each request with whatever bytes a test wants, HTTP or not. */
public final class ScriptedHttp implements AutoCloseable {

  /** Writes an answer. */
  @FunctionalInterface
  public interface Answer {
    /** Writes it; the connection is closed after it. */
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Function<String, Answer> script;

  private ScriptedHttp(ServerSocket listener, Function<String, Answer> script) {
    this.listener = listener;
    this.script = script;
    threads.execute(this::accept);
  }

  /** Serves by {@code script}: path to answer. */
  public static ScriptedHttp serve(Function<String, Answer> script) throws IOException {
    return serve(ServerSocketFactory.getDefault(), script);
  }

  /** The same by another sort of sockets. */
  public static ScriptedHttp serve(ServerSocketFactory sockets, Function<String, Answer> script)
      throws IOException {
    return new ScriptedHttp(
        sockets.createServerSocket(0, 200, InetAddress.getLoopbackAddress()), script);
  }

  /** From now on. */
  public void script(Function<String, Answer> changed) {
    script = changed;
  }

  /** The request lines and headers so far, one text each. */
  public List<String> requests() {
    return requests;
  }

  /** {@code 127.0.0.1:port}. */
  public String authority() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** A 200 with this body. */
  public static Answer ok(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return text("HTTP/1.1 200 OK\r\nContent-Length: " + bytes.length + "\r\n\r\n" + body);
  }

  /** These characters. */
  public static Answer text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A 200 whose body comes a byte at a time and never ends. */
  public static Answer dripping() {
    return out -> {
      out.write("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      while (true) {
        out.write(' ');
        out.flush();
        Thread.sleep(5);
      }
    };
  }

  /** Nothing, until the client goes away or the server is closed. */
  public static Answer silence() {
    return out -> Thread.sleep(60_000);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        try {
          threads.execute(() -> answer(socket));
        } catch (RejectedExecutionException closing) {
          socket.close(); // nobody is left to answer it
        }
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder request = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        request.append(line).append('\n');
      }
      if (request.length() > 0) {
        requests.add(request.toString());
        script.apply(request.toString().split(" ")[1]).write(socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (IOException gone) {
      // the client has seen enough
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
