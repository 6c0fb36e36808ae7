package dev.stepgate.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose process is at the other end of a loopback connection, as Linux' kernel lists it in {@code
 * /proc/net/tcp} and {@code tcp6} (proc(5)). What goes to a loopback address never leaves its
 * network namespace, so both ends stand in the same tables: a connection that is not there has been
 * closed. Reads files, so not for an event loop; one reading serves all who ask together.
 */
public final class LoopbackPeers implements PeerTable {

  /** The most that is read of a table, in bytes: a million connections of the whole machine. */
  static final long MAX_BYTES = 160L << 20;

  /**
   * The kernel goes on where it was by counting, so that a line can be passed over when another one
   * goes meanwhile: who is not found is looked for again.
   */
  private static final int READINGS = 2;

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final int PIECE_BYTES = 64 << 10;

  private final List<Path> tables;

  /** This machine's. */
  public LoopbackPeers() {
    this(TABLES);
  }

  LoopbackPeers(List<Path> tables) {
    this.tables = tables;
  }

  @Override
  public boolean quick() {
    return false;
  }

  @Override
  public List<PeerUser> users(List<Loopback> connections) {
    Map<Loopback, PeerUser> found = new HashMap<>();
    try {
      for (int reading = 0; reading < READINGS; reading++) {
        Map<PeerLine.Ends, Loopback> wanted = new HashMap<>();
        for (Loopback connection : connections) {
          if (!found.containsKey(connection)) {
            wanted.put(PeerLine.Ends.of(connection), connection);
          }
        }
        if (!wanted.isEmpty() && !read(wanted, found)) {
          return connections.stream().map(connection -> PeerUser.UNTOLD).toList();
        }
      }
    } catch (IOException e) {
      return connections.stream().map(connection -> PeerUser.UNTOLD).toList();
    } catch (TooLong e) {
      // Whoever fills the table must not become unknown by that.
      return told(connections, found, PeerUser.BUSY);
    }
    return told(connections, found, PeerUser.GONE);
  }

  private static List<PeerUser> told(
      List<Loopback> connections, Map<Loopback, PeerUser> found, PeerUser otherwise) {
    return connections.stream()
        .map(connection -> found.getOrDefault(connection, otherwise))
        .toList();
  }

  /** Whether there was a table to read. */
  private boolean read(Map<PeerLine.Ends, Loopback> wanted, Map<Loopback, PeerUser> found)
      throws IOException, TooLong {
    boolean any = false;
    for (Path table : tables) {
      try (InputStream in = Files.newInputStream(table)) {
        read(in, wanted, found);
        any = true;
      } catch (NoSuchFileException e) {
        // No IPv6 here, or no /proc at all.
      }
    }
    return any;
  }

  private static void read(
      InputStream in, Map<PeerLine.Ends, Loopback> wanted, Map<Loopback, PeerUser> found)
      throws IOException, TooLong {
    byte[] piece = new byte[PIECE_BYTES];
    int held = 0;
    long all = 0;
    int count = in.read(piece);
    while (count > 0 && !wanted.isEmpty()) {
      all += count;
      int from = 0;
      for (int at = held; at < held + count; at++) {
        if (piece[at] == '\n') {
          line(new PeerLine(piece, from, at), wanted, found);
          from = at + 1;
        }
      }
      held += count - from;
      if (all > MAX_BYTES || held == piece.length) {
        throw new TooLong();
      }
      System.arraycopy(piece, from, piece, 0, held);
      count = in.read(piece, held, piece.length - held);
    }
  }

  private static void line(
      PeerLine line, Map<PeerLine.Ends, Loopback> wanted, Map<Loopback, PeerUser> found) {
    PeerLine.Ends ends = line.ends();
    Loopback connection = ends == null ? null : wanted.get(ends);
    if (connection != null && line.alive()) {
      found.put(connection, PeerUser.of(line.uid()));
      wanted.remove(ends);
    }
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }

  /** A table, or a line of it, is longer than is read. */
  private static final class TooLong extends Exception {
    private static final long serialVersionUID = 1;
  }
}
