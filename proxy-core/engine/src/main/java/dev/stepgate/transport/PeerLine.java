package dev.stepgate.transport;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One line of {@code /proc/net/tcp} or {@code tcp6} (proc(5)), read field by field. */
final class PeerLine {

  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int UID = 7;
  private static final int INODE = 9;
  private static final int HEX = 16;
  private static final int DECIMAL = 10;
  private static final int PORT_BITS = 16;

  /** Digits of an IPv4 address, and of the port behind it with its colon. */
  private static final int V4_DIGITS = 8;

  private static final int PORT_DIGITS = 5;

  /** How an IPv4 address begins in an IPv6 socket, in words of either byte order. */
  private static final String MAPPED_LITTLE = "0000000000000000FFFF0000";

  private static final String MAPPED_BIG = "00000000000000000000FFFF";

  /** TCP_TIME_WAIT and TCP_CLOSE belong to no process any more. */
  private static final long TIME_WAIT = 6;

  private static final long CLOSE = 7;
  private static final long NONE = -1;

  private final byte[] bytes;
  private final int from;
  private final int end;

  PeerLine(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.from = from;
    this.end = end;
  }

  /**
   * A connection's two ends as their owner sees them: address and port, the address in the
   * machine's own byte order.
   */
  record Ends(long local, long remote) {

    /** The client's view of a connection, whose accepting side we are; null without IPv4. */
    static Ends of(Loopback connection) {
      return new Ends(number(connection.peer()), number(connection.here()));
    }

    private static long number(InetSocketAddress address) {
      if (!(address.getAddress() instanceof Inet4Address v4)) {
        return NONE;
      }
      int word = ByteBuffer.wrap(v4.getAddress()).order(ByteOrder.nativeOrder()).getInt();
      return Integer.toUnsignedLong(word) << PORT_BITS | address.getPort();
    }
  }

  /** The ends, or null if the line is of no IPv4 connection. */
  Ends ends() {
    long local = end(LOCAL);
    long remote = local == NONE ? NONE : end(REMOTE);
    return remote == NONE ? null : new Ends(local, remote);
  }

  /** Whether a process has this end open. */
  boolean alive() {
    long state = number(STATE, HEX);
    return state != NONE
        && state != TIME_WAIT
        && state != CLOSE
        && number(INODE, DECIMAL) > 0
        && number(UID, DECIMAL) != NONE;
  }

  /** Whose it is. */
  int uid() {
    return (int) number(UID, DECIMAL);
  }

  private long end(int field) {
    int at = start(field);
    int length = length(at);
    int port = at + length - PORT_DIGITS;
    int word = port - V4_DIGITS;
    if (word < at || bytes[port] != ':' || (word > at && !mapped(at, word))) {
      return NONE;
    }
    long address = number(word, V4_DIGITS, HEX);
    long number = number(port + 1, PORT_DIGITS - 1, HEX);
    return address == NONE || number == NONE ? NONE : address << PORT_BITS | number;
  }

  private boolean mapped(int at, int word) {
    return is(at, word, MAPPED_LITTLE) || is(at, word, MAPPED_BIG);
  }

  private boolean is(int at, int word, String text) {
    if (word - at != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private long number(int field, int radix) {
    int at = start(field);
    return number(at, length(at), radix);
  }

  private long number(int at, int length, int radix) {
    // More digits than a 32 bit number has, inode numbers included, are none of ours.
    if (length == 0 || length > 2 * V4_DIGITS) {
      return NONE;
    }
    long number = 0;
    for (int i = at; i < at + length; i++) {
      int digit = Character.digit(bytes[i], radix);
      if (digit < 0) {
        return NONE;
      }
      number = number * radix + digit;
    }
    return number;
  }

  private int start(int field) {
    int at = from;
    for (int i = 0; i <= field; i++) {
      at += i == 0 ? 0 : length(at);
      while (at < end && bytes[at] == ' ') {
        at++;
      }
    }
    return at;
  }

  private int length(int at) {
    int length = 0;
    while (at + length < end && bytes[at + length] != ' ') {
      length++;
    }
    return length;
  }
}
