package dev.stepgate.recording;

import dev.stepgate.session.SessionId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * How many recordings of each session are open, and the final heads of those that ended, until
 * somebody fetches them. Thread-safe. A final head takes 44 bytes here, since a session may have
 * thousands.
 */
final class Sessions {

  private final Map<SessionId, Ended> sessions = new HashMap<>();
  private final BiConsumer<SessionId, List<Head>> whole;

  /**
   * @param whole told, on the thread that completes it, of each session that has no open recording
   *     and whose heads were fetched
   */
  Sessions(BiConsumer<SessionId, List<Head>> whole) {
    this.whole = whole;
  }

  synchronized void opened(SessionId session) {
    sessions.computeIfAbsent(session, id -> new Ended()).open++;
  }

  /** A recording's last line is in its file. */
  void ended(SessionId session, int number, long lines, byte[] head) {
    List<CompletableFuture<List<Head>>> waiting;
    List<Head> heads;
    synchronized (this) {
      Ended ended = sessions.get(session);
      if (ended == null) {
        return;
      }
      ended.add(number, lines, head);
      ended.open--;
      if (ended.open > 0 || ended.waiting.isEmpty()) {
        return;
      }
      waiting = ended.waiting;
      heads = ended.heads(session);
      sessions.remove(session);
    }
    complete(session, heads, waiting);
  }

  /**
   * The final heads, once no recording of the session is open. Completes with null if not all of
   * the session's recordings were seen here, so that their files have to be read.
   */
  CompletableFuture<List<Head>> heads(SessionId session) {
    CompletableFuture<List<Head>> future = new CompletableFuture<>();
    List<Head> heads;
    synchronized (this) {
      Ended ended = sessions.get(session);
      if (ended != null && ended.open > 0) {
        ended.waiting.add(future);
        return future;
      }
      heads = ended == null ? null : ended.heads(session);
      sessions.remove(session);
    }
    complete(session, heads, List.of(future));
    return future;
  }

  /** Fails all who wait. */
  void fail(EvidenceException why) {
    List<CompletableFuture<List<Head>>> waiting = new ArrayList<>();
    synchronized (this) {
      for (Ended ended : sessions.values()) {
        waiting.addAll(ended.waiting);
        ended.waiting = new ArrayList<>();
      }
    }
    waiting.forEach(future -> future.completeExceptionally(why));
  }

  private void complete(
      SessionId session, List<Head> heads, List<CompletableFuture<List<Head>>> waiting) {
    if (heads != null) {
      whole.accept(session, heads);
    }
    waiting.forEach(future -> future.complete(heads));
  }

  /** The recordings of one session that ended, as arrays. */
  private static final class Ended {

    private static final int HASH = 32;

    private int open;
    private int count;
    private int[] numbers = new int[1];
    private long[] lines = new long[1];
    private byte[] hashes = new byte[HASH];
    private List<CompletableFuture<List<Head>>> waiting = new ArrayList<>(1);

    void add(int number, long lineCount, byte[] hash) {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
        lines = Arrays.copyOf(lines, 2 * count);
        hashes = Arrays.copyOf(hashes, 2 * count * HASH);
      }
      numbers[count] = number;
      lines[count] = lineCount;
      System.arraycopy(hash, 0, hashes, count * HASH, HASH);
      count++;
    }

    /** In the order of the names; null if a number from 1 is missing, which an earlier life had. */
    List<Head> heads(SessionId session) {
      Head[] byNumber = new Head[count];
      for (int i = 0; i < count; i++) {
        if (numbers[i] > count || byNumber[numbers[i] - 1] != null) {
          return null;
        }
        String hash = HexFormat.of().formatHex(hashes, i * HASH, (i + 1) * HASH);
        String name = RecordingName.of(session, numbers[i]).toString();
        byNumber[numbers[i] - 1] = new Head(name, lines[i], hash, true);
      }
      List<Head> sorted = new ArrayList<>(List.of(byNumber));
      sorted.sort(Heads.ORDER);
      return sorted;
    }
  }
}
