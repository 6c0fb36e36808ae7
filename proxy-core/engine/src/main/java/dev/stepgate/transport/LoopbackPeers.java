package dev.stepgate.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Whose process is at the other end of a loopback connection, as Linux' kernel lists it in {@code
 * /proc/net/tcp} and {@code tcp6} (proc(5)). Reads files, so not for an event loop.
 */
public final class LoopbackPeers {

  /** Most lines that are looked at: connections of the whole machine. */
  static final int MAX_LINES = 200_000;

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int UID = 7;
  private static final int INODE = 9;

  /** TCP_TIME_WAIT and TCP_CLOSE belong to no process any more. */
  private static final List<String> GONE = List.of("06", "07");

  private final List<Path> tables;

  /** This machine's. */
  public LoopbackPeers() {
    this(TABLES);
  }

  LoopbackPeers(List<Path> tables) {
    this.tables = tables;
  }

  /**
   * The user whose socket {@code peer} is, connected to {@code here}; empty if the kernel does not
   * say, because the connection is gone, of another network namespace, or this is no Linux.
   */
  public OptionalInt uid(InetSocketAddress peer, InetSocketAddress here) {
    String from = end(peer);
    String to = end(here);
    for (Path table : tables) {
      OptionalInt found = find(table, from, to);
      if (found.isPresent()) {
        return found;
      }
    }
    return OptionalInt.empty();
  }

  // Addresses stand in hexadecimal words of the machine's own byte order; an IPv4 address in an
  // IPv6
  // socket ends in the same word. On loopback address and port of both ends are enough.
  private static String end(InetSocketAddress address) {
    byte[] bytes = address.getAddress().getAddress();
    StringBuilder text = new StringBuilder();
    boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
    for (int word = 0; word < bytes.length; word += Integer.BYTES) {
      for (int i = 0; i < Integer.BYTES; i++) {
        text.append(String.format("%02X", bytes[word + (little ? Integer.BYTES - 1 - i : i)]));
      }
    }
    return text + String.format(":%04X", address.getPort());
  }

  private static OptionalInt find(Path table, String from, String to) {
    try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
      int count = 0;
      for (String line = lines.readLine();
          line != null && count < MAX_LINES;
          line = lines.readLine()) {
        count++;
        OptionalInt uid = uid(line, from, to);
        if (uid.isPresent()) {
          return uid;
        }
      }
    } catch (IOException e) {
      // No such table here: nothing is known.
    }
    return OptionalInt.empty();
  }

  private static OptionalInt uid(String line, String from, String to) {
    String[] fields = line.strip().split(" +");
    if (fields.length <= INODE
        || !fields[LOCAL].endsWith(from)
        || !fields[REMOTE].endsWith(to)
        || GONE.contains(fields[STATE])
        || fields[INODE].equals("0")) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseUnsignedInt(fields[UID]));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
