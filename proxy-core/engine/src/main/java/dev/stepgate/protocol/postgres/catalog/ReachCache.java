package dev.stepgate.protocol.postgres.catalog;

import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What facts have come to in a session's surroundings, for one snapshot. Facts count as the same
 * only if they are the same object, which they are for as long as their shape is remembered.
 * Looking up takes no lock and no memory.
 */
final class ReachCache {

  private record Entry(Facts facts, Surroundings now, Reach reach) {}

  /** A power of two. */
  private static final int SETS = 1024;

  private static final int WAYS = 4;

  /** Things in all that is remembered, at most; about 100 bytes each. */
  private static final int MOST_THINGS = 400_000;

  private static final int MOST_OF_ONE = MOST_THINGS / 100;

  private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(SETS * WAYS);
  private int hand;
  private int things;

  /** What is remembered, or null. */
  @SuppressWarnings("ReferenceEquality") // the same object is what is asked for; see above
  Reach get(Facts facts, Surroundings now) {
    int set = set(facts);
    for (int i = set; i < set + WAYS; i++) {
      Entry entry = entries.get(i);
      if (entry != null && entry.facts == facts && (entry.now == now || entry.now.equals(now))) {
        return entry.reach;
      }
    }
    return null;
  }

  synchronized void put(Facts facts, Surroundings now, Reach reach) {
    int weight = weight(reach);
    if (weight > MOST_OF_ONE) {
      return;
    }
    if (things + weight > MOST_THINGS) {
      for (int i = 0; i < entries.length(); i++) {
        entries.set(i, null);
      }
      things = 0;
    }
    things += weight;
    entries.set(set(facts) + (hand++ & WAYS - 1), new Entry(facts, now, reach));
  }

  private static int set(Facts facts) {
    int hash = System.identityHashCode(facts) * 0x9E3779B9;
    return (hash >>> 16 & SETS - 1) * WAYS;
  }

  private static int weight(Reach reach) {
    int weight = 1;
    for (Reach.Statement statement : reach.statements()) {
      weight +=
          statement.uses().size()
              + statement.columns().size()
              + statement.functions().size()
              + statement.unknown().size();
    }
    return weight;
  }
}
