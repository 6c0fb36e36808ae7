package dev.stepgate.gateway.control;

import dev.stepgate.gateway.isolation.OsUser;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** One control connection's bytes and state; confined to the selecting thread. */
final class ControlConnection {

  private final SocketChannel channel;
  private final UserPrincipal peer;
  private final Duration timeout;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream(256);
  private final Deque<ByteBuffer> output = new ArrayDeque<>();
  private SelectionKey key;
  private Gatekeeper.Served session;
  private String read;
  private int step;
  private boolean busy;
  private boolean last;
  private boolean ended;
  private long deadline;

  private ControlConnection(SocketChannel channel, UserPrincipal peer, Duration timeout) {
    this.channel = channel;
    this.peer = peer;
    this.timeout = timeout;
    waitAtMost();
  }

  /** The connection, or null if it is gone already. */
  static ControlConnection accept(SocketChannel channel, Duration timeout) {
    try {
      channel.configureBlocking(false);
      return new ControlConnection(channel, principal(channel), timeout);
    } catch (IOException e) {
      closeQuietly(channel); // gone before it was looked at
      return null;
    }
  }

  private static UserPrincipal principal(SocketChannel channel) throws IOException {
    return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
  }

  /** Whether a piece of {@code session} is the first that is asked for, or another was before. */
  synchronized boolean beginsToRead(String session) {
    boolean begins = !session.equals(read);
    read = session;
    return begins;
  }

  /** Who is at the other end, as the kernel recorded it when the connection was made. */
  static Optional<OsUser> user(SocketChannel channel) throws IOException {
    return user(principal(channel));
  }

  /** The user; asks the system's databases, which may take a while. */
  static Optional<OsUser> user(UserPrincipal principal) {
    String name = principal.getName();
    // A user without an entry is named by its number.
    Optional<OsUser> known = OsUser.named(name);
    if (known.isPresent() || !name.matches("[0-9]{1,9}")) {
      return known;
    }
    int uid = Integer.parseInt(name);
    return Optional.of(new OsUser(name, uid, uid, "/"));
  }

  /** Sends an error if the peer takes it at once, as a fresh connection does, and closes. */
  void turnAway(byte[] line) {
    try {
      channel.write(ByteBuffer.wrap(line));
    } catch (IOException e) {
      // It went away by itself.
    }
    close();
  }

  void register(Selector selector) throws IOException {
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  UserPrincipal peer() {
    return peer;
  }

  boolean hasSession() {
    return session != null;
  }

  Gatekeeper.Served session() {
    return session;
  }

  /** A request is with a worker: nothing more is read until its answer is here. */
  void busy(boolean nowBusy) {
    busy = nowBusy;
    waitAtMost();
    interest();
  }

  /** Gives it a session, whose step runs as the user of that number; null takes it away. */
  void session(Gatekeeper.Served opened, int stepUid) {
    session = opened;
    step = stepUid;
  }

  /** The user of the session's step. */
  int step() {
    return step;
  }

  boolean ended() {
    return ended;
  }

  /** Whether what it owes is late: a request without a session, or taking its answers. */
  boolean overdue(long now) {
    boolean waiting = !output.isEmpty() || (!busy && (session == null || partial.size() > 0));
    return waiting && now - deadline >= 0;
  }

  /**
   * The next whole line, without its line feed, or null if there is none yet.
   *
   * @throws EOFException if the peer closed
   */
  byte[] read(ByteBuffer buffer) throws IOException, ControlMessages.MalformedLine {
    if (busy || last || !key.isValid() || !key.isReadable()) {
      return null;
    }
    int count = channel.read(buffer);
    if (count < 0) {
      throw new EOFException();
    }
    buffer.flip();
    while (buffer.hasRemaining()) {
      byte next = buffer.get();
      if (next == '\n') {
        if (buffer.hasRemaining()) {
          throw new ControlMessages.MalformedLine("a request must wait for the answer before it");
        }
        byte[] line = partial.toByteArray();
        partial.reset();
        return line;
      }
      if (partial.size() + 1 >= ControlMessages.MAX_LINE) {
        throw new ControlMessages.MalformedLine(
            "the line is longer than " + ControlMessages.MAX_LINE + " bytes");
      }
      if (partial.size() == 0) {
        waitAtMost();
      }
      partial.write(next);
    }
    return null;
  }

  /** Sends an answer; after the last one the connection is closed. */
  void send(byte[] line, boolean lastOne) {
    output.add(ByteBuffer.wrap(line));
    last |= lastOne;
    waitAtMost();
    try {
      flush();
    } catch (IOException e) {
      ended = true;
    }
  }

  void flush() throws IOException {
    while (!output.isEmpty()) {
      channel.write(output.peek());
      if (output.peek().hasRemaining()) {
        break;
      }
      output.remove();
    }
    ended |= last && output.isEmpty();
    interest();
  }

  private void interest() {
    if (key.isValid()) {
      int reading = busy || last ? 0 : SelectionKey.OP_READ;
      key.interestOps(reading | (output.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }
  }

  private void waitAtMost() {
    deadline = System.nanoTime() + timeout.toNanos();
  }

  void close() {
    ended = true;
    closeQuietly(channel);
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
