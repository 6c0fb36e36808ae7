package dev.stepgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that insert ids, each id once: with simple queries, with pipelined extended ones and with
 * COPY, until their connection breaks, and one that connects anew for each id, so that heads of
 * recordings go into the log all the while. Statements are padded to 128 KB, so that a journal's
 * segments fill and roll within a fraction of a second.
 */
final class IdLoad {

  /** What an id looks like on the wire and in a recording. */
  static final String FORM = "id-\\d{10}";

  private static final String PADDING = "/* " + "padding ".repeat(16_000) + "*/ ";
  private static final int PIPELINED = 5;
  private static final int COPIED = 40;
  private static final long JOIN_SECONDS = 60;

  private final AtomicLong next = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();

  /** Starts four clients on that endpoint. */
  void start(Map<String, String> variables) {
    start("brief", () -> brief(variables));
    run("simple", variables, this::simple);
    run("extended", variables, this::extended);
    run("copy", variables, this::copy);
  }

  /** Waits until all clients have lost their connections. */
  void join() {
    for (Thread thread : threads) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(JOIN_SECONDS));
        if (thread.isAlive()) {
          throw new AssertionError(
              "the client '" + thread.getName() + "' goes on after " + JOIN_SECONDS + " s");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    threads.clear();
  }

  /** How many ids were handed out. */
  long handedOut() {
    return next.get();
  }

  private interface Turn {
    void once(RawClient client) throws IOException;
  }

  private interface Life {
    void live() throws IOException;
  }

  private void run(String name, Map<String, String> variables, Turn turn) {
    start(
        name,
        () -> {
          try (RawClient client = RawClient.login(variables)) {
            while (true) {
              turn.once(client);
            }
          }
        });
  }

  private void brief(Map<String, String> variables) throws IOException {
    while (true) {
      try (RawClient client = RawClient.login(variables)) {
        client.query("INSERT INTO ids VALUES ('" + id() + "')");
        done(client, 'Z');
        client.send('X', new byte[0]);
      }
    }
  }

  private void start(String name, Life life) {
    Thread thread =
        new Thread(
            () -> {
              try {
                life.live();
              } catch (IOException e) {
                // The gateway was killed, which is what all this is for.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private String id() {
    return String.format("id-%010d", next.incrementAndGet());
  }

  private void simple(RawClient client) throws IOException {
    client.query(PADDING + "INSERT INTO ids VALUES ('" + id() + "')");
    done(client, 'Z');
  }

  private void extended(RawClient client) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int n = 0; n < PIPELINED; n++) {
      byte[] id = id().getBytes(StandardCharsets.US_ASCII);
      message(out, 'P', "\0" + PADDING + "INSERT INTO ids VALUES ($1::text)\0\0\0");
      ByteBuffer bind = ByteBuffer.allocate(14 + id.length);
      bind.put(new byte[4]).putShort((short) 1).putInt(id.length).put(id).putShort((short) 0);
      message(out, 'B', bind.array(), bind.position());
      message(out, 'E', "\0\0\0\0\0");
    }
    message(out, 'S', "");
    client.raw(out.toByteArray());
    done(client, 'Z');
  }

  private void copy(RawClient client) throws IOException {
    client.query("COPY ids FROM STDIN");
    done(client, 'G');
    for (int n = 0; n < COPIED; n++) {
      client.send('d', (id() + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    client.send('c', new byte[0]);
    done(client, 'Z');
  }

  private static void done(RawClient client, char type) throws IOException {
    RawClient.Message message = client.until(type);
    if (message.type() == 'E') {
      throw new IOException(RawClient.text(message, 0));
    }
  }

  private static void message(ByteArrayOutputStream out, char type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    message(out, type, bytes, bytes.length);
  }

  private static void message(ByteArrayOutputStream out, char type, byte[] body, int length) {
    out.write(type);
    out.writeBytes(ByteBuffer.allocate(4).putInt(4 + length).array());
    out.write(body, 0, length);
  }
}
