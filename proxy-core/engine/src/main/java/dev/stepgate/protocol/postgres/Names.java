package dev.stepgate.protocol.postgres;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * What names of statements or portals stand for, looked up where the name lies in a message,
 * without making a String of it. Open addressing, linear probing, at most half full.
 *
 * @param <T> what a name stands for
 */
final class Names<T> {

  /** The server tells names apart by their first 63 bytes (NAMEDATALEN - 1). */
  static final int SIGNIFICANT_BYTES = 63;

  /** How many names are known; what is beyond stands for nothing. */
  static final int MAX = 1 << 16;

  private static final int FIRST = 16;
  private static final byte[] EMPTY = {};

  private byte[][] names = {};
  private Object[] values = {};
  private int size;

  /** The bytes of the name in {@code [from, end)} that count. */
  static byte[] copy(ByteBuf in, int from, int end) {
    int length = Math.min(end - from, SIGNIFICANT_BYTES);
    if (length == 0) {
      return EMPTY;
    }
    byte[] name = new byte[length];
    in.getBytes(from, name);
    return name;
  }

  static boolean equal(byte[] name, ByteBuf in, int from, int end) {
    int length = Math.min(end - from, SIGNIFICANT_BYTES);
    if (name.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name[i] != in.getByte(from + i)) {
        return false;
      }
    }
    return true;
  }

  /** What the name in {@code [from, end)} stands for, or null. */
  @SuppressWarnings("unchecked")
  T get(ByteBuf in, int from, int end) {
    if (size == 0) {
      return null;
    }
    int hash = 0;
    int last = Math.min(end, from + SIGNIFICANT_BYTES);
    for (int i = from; i < last; i++) {
      hash = 31 * hash + in.getByte(i);
    }
    for (int i = slot(hash); names[i] != null; i = (i + 1) & (names.length - 1)) {
      if (equal(names[i], in, from, end)) {
        return (T) values[i];
      }
    }
    return null;
  }

  /** What {@code name} stands for, or null. */
  @SuppressWarnings("unchecked")
  T get(byte[] name) {
    if (size == 0) {
      return null;
    }
    for (int i = slot(hash(name)); names[i] != null; i = (i + 1) & (names.length - 1)) {
      if (Arrays.equals(names[i], name)) {
        return (T) values[i];
      }
    }
    return null;
  }

  /**
   * From now on {@code name} stands for {@code value}; if there are too many names, for nothing.
   */
  void put(byte[] name, T value) {
    remove(name);
    if (size == MAX) {
      return;
    }
    if (2 * (size + 1) > names.length) {
      grow();
    }
    insert(name, value);
  }

  private void insert(byte[] name, Object value) {
    int i = slot(hash(name));
    while (names[i] != null) {
      i = (i + 1) & (names.length - 1);
    }
    names[i] = name;
    values[i] = value;
    size++;
  }

  /** From now on {@code name} stands for nothing. */
  void remove(byte[] name) {
    if (size == 0) {
      return;
    }
    int i = slot(hash(name));
    while (names[i] != null && !Arrays.equals(names[i], name)) {
      i = (i + 1) & (names.length - 1);
    }
    if (names[i] == null) {
      return;
    }
    delete(i);
    // What follows without a gap may have been pushed there by what is gone now.
    for (i = (i + 1) & (names.length - 1); names[i] != null; i = (i + 1) & (names.length - 1)) {
      byte[] moved = names[i];
      Object value = values[i];
      delete(i);
      insert(moved, value);
    }
  }

  private void delete(int i) {
    names[i] = null;
    values[i] = null;
    size--;
  }

  /** No name stands for anything any more. */
  void clear() {
    if (size > 0) {
      names = new byte[0][];
      values = new Object[0];
      size = 0;
    }
  }

  private void grow() {
    byte[][] oldNames = names;
    Object[] oldValues = values;
    names = new byte[Math.max(FIRST, 2 * oldNames.length)][];
    values = new Object[names.length];
    size = 0;
    for (int i = 0; i < oldNames.length; i++) {
      if (oldNames[i] != null) {
        insert(oldNames[i], oldValues[i]);
      }
    }
  }

  private static int hash(byte[] name) {
    int hash = 0;
    for (byte b : name) {
      hash = 31 * hash + b;
    }
    return hash;
  }

  private int slot(int hash) {
    int mixed = hash * 0x9E3779B9;
    return (mixed ^ mixed >>> 16) & (names.length - 1);
  }
}
