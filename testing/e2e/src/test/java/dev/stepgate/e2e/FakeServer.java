package dev.stepgate.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A scripted PostgreSQL server on one thread, for what a real one cannot be made to do: it lets
 * everybody in without a password, answers every Query with one row, and holds thousands of
 * sessions; or it accepts connections and never says a word.
 */
final class FakeServer implements AutoCloseable {

  private static final int STARTUP = -1;

  private final Selector selector;
  private final ServerSocketChannel listener;
  private final boolean silent;
  private final Thread thread;
  private final AtomicInteger queries = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();

  private FakeServer(boolean silent) {
    this.silent = silent;
    try {
      selector = Selector.open();
      listener = ServerSocketChannel.open();
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8192);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::serve, "fake server");
    thread.setDaemon(true);
    thread.start();
  }

  /** Lets everybody in. */
  static FakeServer trusting() {
    return new FakeServer(false);
  }

  /** Accepts and never answers. */
  static FakeServer silent() {
    return new FakeServer(true);
  }

  String address(String database) {
    return "127.0.0.1:" + listener.socket().getLocalPort() + "/" + database;
  }

  /** How many Query messages it was sent. */
  int queries() {
    return queries.get();
  }

  /** How many connections it holds. */
  int sessions() {
    return sessions.get();
  }

  @Override
  public void close() {
    try {
      selector.close();
      listener.close();
      thread.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select();
        if (!selector.isOpen()) {
          return;
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isAcceptable()) {
            accept();
          } else {
            read(key);
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() throws IOException {
    SocketChannel channel = listener.accept();
    while (channel != null) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Session());
      sessions.incrementAndGet();
      channel = listener.accept();
    }
  }

  private void read(SelectionKey key) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    Session session = (Session) key.attachment();
    int got = -1;
    try {
      got = channel.read(session.in);
      if (got >= 0 && !silent) {
        ByteBuffer answer = ByteBuffer.wrap(session.answers());
        while (answer.hasRemaining()) {
          channel.write(answer);
        }
      } else if (silent) {
        session.in.clear();
      }
    } catch (IOException e) {
      got = -1; // the other end is gone, as it may
    }
    if (got < 0 || session.over) {
      sessions.decrementAndGet();
      channel.close();
    }
  }

  /** One connection: what has come of its next message, and where the conversation stands. */
  private final class Session {

    private final ByteBuffer in = ByteBuffer.allocate(1 << 12);
    private boolean started;
    private boolean over;

    /** What to say to all whole messages that have come. */
    private byte[] answers() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      in.flip();
      while (true) {
        int header = started ? 1 : 0;
        if (in.remaining() < header + 4
            || in.remaining() < header + in.getInt(in.position() + header)) {
          break;
        }
        int type = started ? in.get(in.position()) : STARTUP;
        in.position(in.position() + header + in.getInt(in.position() + header));
        answer(type, out);
      }
      in.compact();
      return out.toByteArray();
    }

    private void answer(int type, ByteArrayOutputStream out) {
      if (type == STARTUP) {
        started = true;
        message(out, 'R', new byte[4]);
        status(out, "server_version", "15.0");
        status(out, "client_encoding", "UTF8");
        status(out, "standard_conforming_strings", "on");
        message(out, 'K', new byte[] {0, 0, 0, 1, 0, 0, 0, 2});
        message(out, 'Z', new byte[] {'I'});
      } else if (type == 'Q') {
        queries.incrementAndGet();
        message(out, 'C', text("SELECT 0"));
        message(out, 'Z', new byte[] {'I'});
      } else {
        over = type == 'X';
      }
    }

    private void status(ByteArrayOutputStream out, String name, String value) {
      message(out, 'S', text(name + "\0" + value));
    }

    private void message(ByteArrayOutputStream out, char type, byte[] body) {
      out.write(type);
      out.writeBytes(ByteBuffer.allocate(4).putInt(body.length + 4).array());
      out.writeBytes(body);
    }

    private byte[] text(String words) {
      return (words + "\0").getBytes(StandardCharsets.UTF_8);
    }
  }
}
