package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.recording.EvidenceException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * The two channels of one client connection, both on one event loop.
 *
 * <p>Back-pressure: a channel is read only while the other one is writable and the recording has
 * room for one more read. What was written to the server is flushed once the recording is as
 * durable as it has to be; what was written to the client, at the end of each read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class Link {

  private final Entry entry;
  private final Channel client;
  private final Channel upstream;
  private final Runnable flushLater;
  private final Runnable creditLater;
  private boolean clientDirty;
  private boolean upstreamDirty;
  private boolean flushing;
  private boolean crediting;
  private boolean clientHeld;

  /**
   * A link.
   *
   * @param lost is told when the recording can no longer be kept
   */
  Link(Entry entry, Channel client, Channel upstream, Consumer<EvidenceException> lost) {
    this.entry = entry;
    this.client = client;
    this.upstream = upstream;
    this.flushLater =
        () -> {
          flushing = false;
          guarded(this::flushUpstream, lost);
        };
    this.creditLater =
        () -> {
          crediting = false;
          guarded(() -> credit(clientHeld), lost);
        };
  }

  private static void guarded(Runnable task, Consumer<EvidenceException> lost) {
    try {
      task.run();
    } catch (EvidenceException e) {
      lost.accept(e);
    }
  }

  Channel client() {
    return client;
  }

  Channel upstream() {
    return upstream;
  }

  /** Takes {@code bytes} over. */
  void toClient(ByteBuf bytes) {
    if (!client.isActive()) {
      bytes.release();
      return;
    }
    client.write(bytes, client.voidPromise());
    clientDirty = true;
  }

  /** Takes {@code bytes} over. */
  void toUpstream(ByteBuf bytes) {
    if (!upstream.isActive()) {
      bytes.release();
      return;
    }
    upstream.write(bytes, upstream.voidPromise());
    upstreamDirty = true;
  }

  /** Whether something was written to the server that may not be flushed yet. */
  boolean withheld() {
    return upstreamDirty;
  }

  /** Sends what was written: once a read. */
  void flush() {
    flushClient();
    flushUpstream();
  }

  /** Sends what was written to the client. */
  void flushClient() {
    if (clientDirty) {
      clientDirty = false;
      client.flush();
    }
  }

  private void flushUpstream() {
    if (!upstreamDirty || flushing) {
      return;
    }
    if (entry.settled(flushLater)) {
      upstreamDirty = false;
      upstream.flush();
    } else {
      flushing = true;
    }
  }

  /**
   * Asks each channel for one more read, if what comes of it can be taken.
   *
   * @param held whether the client has to wait for other reasons
   */
  void credit(boolean held) {
    clientHeld = held;
    if (crediting) {
      return;
    }
    if (!entry.ready(creditLater)) {
      crediting = true;
      return;
    }
    if (client.isWritable() || !client.isActive()) {
      upstream.read();
    }
    if (!held && upstream.isWritable()) {
      client.read();
    }
  }
}
