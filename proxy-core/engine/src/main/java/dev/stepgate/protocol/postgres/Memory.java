package dev.stepgate.protocol.postgres;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that one gateway's connections may take, together, for messages that have to be whole
 * before they are passed on. Each message has its own limit; this one keeps many clients at once
 * from taking what the others need. Thread-safe.
 */
final class Memory {

  /** What a connection may hold without asking: about a read's worth, in bytes. */
  static final int FREE_BYTES = 64 << 10;

  /** The part of the JVM's memory that may be taken. */
  private static final int PART = 4;

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** A quarter of what the JVM may have. */
  Memory() {
    this(Runtime.getRuntime().maxMemory() / PART);
  }

  Memory(long limit) {
    this.limit = limit;
  }

  /** One connection's part of it. Confined to the connection's loop. */
  final class Share {

    private long held;

    /**
     * The connection holds {@code bytes} now.
     *
     * @throws MemoryException if that is more than there is
     */
    void hold(int bytes) {
      long now = bytes > FREE_BYTES ? bytes : 0;
      if (now == held) {
        return;
      }
      long all = taken.addAndGet(now - held);
      held = now;
      if (all > limit && now > 0) {
        throw new MemoryException(all, limit);
      }
    }
  }

  /** How much is taken at the moment, in bytes. */
  long taken() {
    return taken.get();
  }

  /** There is not enough for a message. */
  static final class MemoryException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private MemoryException(long all, long limit) {
      super(
          "unfinished messages of all connections are "
              + all
              + " bytes together, at most "
              + limit
              + " may be held",
          null,
          false,
          false);
    }
  }
}
