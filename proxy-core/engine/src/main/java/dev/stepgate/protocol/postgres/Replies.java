package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Permit;
import java.util.Arrays;

/**
 * What the server still owes, in order: one entry a forwarded message. A ring of arrays, so that a
 * message costs no object.
 */
final class Replies {

  /**
   * How many replies may be outstanding; a client that pipelines further is not read until some
   * have come. A server sends what it has once 8 KiB of it wait, which the shortest replies (5
   * bytes) reach well before this, so waiting for it ends.
   */
  static final int MAX = 1 << 14;

  private static final int FIRST = 8;
  private static final int KEPT = 256;

  private Reply[] kinds = new Reply[FIRST];
  private Permit[] permits = new Permit[FIRST];
  private Object[] extras = new Object[FIRST];
  private int head;
  private int size;
  private int copying;
  private int boundaries;

  /**
   * Adds one.
   *
   * @param permit the operation that it is a part of, or null
   * @param extra what belongs to it: a {@link Prepared} for a Parse or Close, {@link Consequences}
   *     for what changes names, a {@link Substitute} for what the gateway put in another message's
   *     place, an {@link Inquiry} for what it asks itself; or null
   */
  void add(Reply kind, Permit permit, Object extra) {
    if (size == kinds.length) {
      grow();
    }
    int i = (head + size) & (kinds.length - 1);
    kinds[i] = kind;
    permits[i] = permit;
    extras[i] = extra;
    size++;
    if (kind.mayCopy()) {
      copying++;
    }
    if (!kind.extended()) {
      boundaries++;
    }
  }

  private void grow() {
    int old = kinds.length;
    kinds = Arrays.copyOf(unrolled(kinds, new Reply[old]), 2 * old);
    permits = Arrays.copyOf(unrolled(permits, new Permit[old]), 2 * old);
    extras = Arrays.copyOf(unrolled(extras, new Object[old]), 2 * old);
    head = 0;
  }

  private <T> T[] unrolled(T[] from, T[] to) {
    System.arraycopy(from, head, to, 0, from.length - head);
    System.arraycopy(from, 0, to, from.length - head, head);
    return to;
  }

  /** The oldest, or null. */
  Reply head() {
    return size == 0 ? null : kinds[head];
  }

  /** The operation that the oldest is a part of, or null. */
  Permit permit() {
    return size == 0 ? null : permits[head];
  }

  /** What belongs to the oldest, or null. */
  Object extra() {
    return size == 0 ? null : extras[head];
  }

  /** The n-th oldest, from 0. */
  Reply kind(int n) {
    return kinds[(head + n) & (kinds.length - 1)];
  }

  /** Takes the oldest away. */
  void remove() {
    if (kinds[head].mayCopy()) {
      copying--;
    }
    if (!kinds[head].extended()) {
      boundaries--;
    }
    Object ended = extras[head];
    kinds[head] = null;
    permits[head] = null;
    extras[head] = null;
    head = (head + 1) & (kinds.length - 1);
    size--;
    if (size == 0 && kinds.length > KEPT) {
      kinds = new Reply[FIRST];
      permits = new Permit[FIRST];
      extras = new Object[FIRST];
      head = 0;
    }
    if (ended instanceof Consequences consequences) {
      consequences.ended();
    }
  }

  /** Takes all but the oldest away. */
  void removeBehindHead() {
    Reply kind = kinds[head];
    Permit permit = permits[head];
    Object extra = extras[head];
    extras[head] = null;
    while (size > 0) {
      remove();
    }
    add(kind, permit, extra);
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether there are too many for more. */
  boolean full() {
    return size >= MAX;
  }

  /** Whether one of them ends what the server skips after an error, or is not skipped by it. */
  boolean hasBoundary() {
    return boundaries > 0;
  }

  /** Whether one of them may turn into COPY. */
  boolean mayCopy() {
    return copying > 0;
  }
}
