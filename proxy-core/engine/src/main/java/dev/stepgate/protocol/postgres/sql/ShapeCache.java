package dev.stepgate.protocol.postgres.sql;

import dev.stepgate.operation.Facts;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Facts by shape. Looking up takes no lock and no memory; what is found was made of exactly these
 * bytes, whatever their hash. Full is full: what has been there longest makes room.
 */
final class ShapeCache {

  /** What is remembered of one shape. */
  static final class Entry {
    private final long hash;
    private final boolean kept;
    private final byte[] shape;
    private final Facts facts;
    private final int weight;

    private Entry(long hash, boolean kept, byte[] shape, Facts facts) {
      this.hash = hash;
      this.kept = kept;
      this.shape = shape;
      this.facts = facts;
      weight = shape.length + weight(facts);
    }

    /** Its facts, or null where constants matter and the shape lacks them. */
    Facts facts() {
      return facts;
    }
  }

  private static final int WAYS = 8;

  private final AtomicReferenceArray<Entry> entries;
  private final int sets;
  private final long maxBytes;
  private final int maxEntryBytes;
  private final long seed = new SecureRandom().nextLong();
  private long bytes;
  private int hand;

  /**
   * @param sets a power of two; eight entries each
   * @param maxBytes of all entries, as far as they can be told
   */
  ShapeCache(int sets, long maxBytes) {
    this.sets = sets;
    this.maxBytes = maxBytes;
    maxEntryBytes = (int) Math.min(Integer.MAX_VALUE, maxBytes / 16);
    entries = new AtomicReferenceArray<>(sets * WAYS);
  }

  /** What is known of {@code shape}, or null. */
  Entry get(Shape shape) {
    long hash = shape.hash(seed);
    int set = (int) (hash & sets - 1) * WAYS;
    for (int i = set; i < set + WAYS; i++) {
      Entry entry = entries.get(i);
      if (entry != null
          && entry.hash == hash
          && entry.kept == shape.isKept()
          && shape.matches(entry.shape)) {
        return entry;
      }
    }
    return null;
  }

  /** Remembers facts, or with null that constants matter. */
  synchronized void put(long hash, boolean kept, byte[] shape, Facts facts) {
    Entry entry = new Entry(hash, kept, shape, facts);
    if (entry.weight > maxEntryBytes) {
      return;
    }
    int set = (int) (hash & sets - 1) * WAYS;
    int place = set + (hand++ & WAYS - 1);
    for (int i = set; i < set + WAYS; i++) {
      if (entries.get(i) == null) {
        place = i;
        break;
      }
    }
    replace(place, entry);
    for (int i = 0; bytes > maxBytes && i < entries.length(); i++) {
      int old = (place + 1 + i) % entries.length();
      replace(old, null);
    }
  }

  long hash(Shape shape) {
    return shape.hash(seed);
  }

  private void replace(int place, Entry entry) {
    Entry before = entries.getAndSet(place, entry);
    bytes += (entry == null ? 0 : entry.weight) - (before == null ? 0 : before.weight);
  }

  /** About what facts take, at 200 bytes for each thing in them. */
  private static int weight(Facts facts) {
    int things = 1;
    if (facts != null) {
      for (Facts.Statement statement : facts.statements()) {
        things +=
            1
                + statement.uses().size()
                + statement.columns().size()
                + statement.references().size()
                + statement.settings().size()
                + statement.gaps().size();
      }
    }
    return 200 * things;
  }
}
