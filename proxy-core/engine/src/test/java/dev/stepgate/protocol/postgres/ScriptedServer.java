package dev.stepgate.protocol.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a loopback port that plays one script for each connection, on a thread each. */
final class ScriptedServer implements AutoCloseable {

  /** What happens on one connection. */
  interface Script {
    void play(Peer peer, int connection) throws Exception;
  }

  private final ServerSocket listener;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

  ScriptedServer(Script script) throws IOException {
    this.script = script;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        int number = connections.incrementAndGet();
        start(() -> play(socket, number));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void play(Socket socket, int number) {
    try (Peer peer = new Peer(socket)) {
      script.play(peer, number);
    } catch (Exception e) {
      failures.add(e);
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  List<Throwable> failures() {
    return failures;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
