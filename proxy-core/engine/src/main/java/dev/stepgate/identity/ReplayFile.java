package dev.stepgate.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Presented tokens in a file of one gateway's: after a first line {@code stepgate-presented v1},
 * one line each, {@code <seconds since 1970> <token> <job> <job and presenter>}, the last three as
 * SHA-256 in hexadecimal, so that the file tells nobody who ran what. A line is on disk before the
 * token counts as presented. A last line without its line feed was never answered and is dropped;
 * anything else that is not such a line makes the file unusable, which refuses every token. It is
 * written anew when it is opened, when most of it has expired, and before the next token after a
 * write that failed (a full disk, an interrupted caller), so that one bad moment is not for ever.
 */
public final class ReplayFile implements ReplayStore {

  /** The most tokens that are remembered at a time. */
  public static final int MAX_TOKENS = 50_000;

  /** The most of them that one job can have remembered. */
  public static final int MAX_TOKENS_OF_A_JOB = 256;

  private static final String FIRST_LINE = "stepgate-presented v1";
  private static final int HASH_CHARS = 64;
  private static final int SECONDS_CHARS = 12;
  private static final int LINE_BYTES = SECONDS_CHARS + 3 * (1 + HASH_CHARS) + 1;
  private static final long MAX_FILE_BYTES = 4L * MAX_TOKENS * LINE_BYTES;

  /** Expired lines that are left in the file at most, beside as many as there are others. */
  private static final int SPARE_LINES = 1_000;

  private final Path file;
  private final int maxTokens;
  private final FileChannel lock;
  private final Map<String, Presented> byToken = new HashMap<>();
  private final Map<String, Integer> perJob = new HashMap<>();
  private FileChannel channel;
  private int lines;
  private IOException broken;
  private boolean closed;

  private record Presented(long forgetAfter, String job, String holder) {}

  private ReplayFile(Path file, int maxTokens, FileChannel lock) {
    this.file = file;
    this.maxTokens = maxTokens;
    this.lock = lock;
  }

  /**
   * Opens or makes the file; nobody else may have it open.
   *
   * @throws IOException if it cannot be read and written, or holds anything else
   */
  public static ReplayFile open(Path file, Instant now) throws IOException {
    return open(file, now, MAX_TOKENS);
  }

  static ReplayFile open(Path file, Instant now, int maxTokens) throws IOException {
    FileChannel lock = lock(file);
    try {
      ReplayFile store = new ReplayFile(file, maxTokens, lock);
      store.read(now.getEpochSecond());
      store.rewrite();
      return store;
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  @Override
  public synchronized Answer present(
      String token, String job, String presenter, Instant forgetAfter, Instant now)
      throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    if (broken != null) {
      mend();
    }
    String hash = hash(token);
    String holder = holder(job, presenter);
    long seconds = now.getEpochSecond();
    Presented before = byToken.get(hash);
    if (before != null && before.forgetAfter() >= seconds) {
      return before.holder().equals(holder) ? Answer.SAME : Answer.OTHER;
    }
    String jobHash = hash(job);
    if (full(jobHash)) {
      forget(seconds);
      if (full(jobHash)) {
        return Answer.FULL;
      }
    }
    // Seconds are rounded up: a token is never forgotten within its last second.
    remember(hash, new Presented(forgetAfter.getEpochSecond() + 1, jobHash, holder));
    write(hash);
    return Answer.FIRST;
  }

  @Override
  public synchronized boolean heldByOther(String token, String job, String presenter, Instant now)
      throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    Presented before = byToken.get(hash(token));
    return before != null
        && before.forgetAfter() >= now.getEpochSecond()
        && !before.holder().equals(holder(job, presenter));
  }

  private static String holder(String job, String presenter) {
    return hash(job.length() + " " + job + " " + presenter);
  }

  private boolean full(String job) {
    return byToken.size() >= maxTokens || perJob.getOrDefault(job, 0) >= MAX_TOKENS_OF_A_JOB;
  }

  private void write(String hash) throws IOException {
    try {
      if (lines >= 2 * byToken.size() + SPARE_LINES) {
        rewrite();
      } else {
        write(channel, line(hash, byToken.get(hash)));
        channel.force(false);
        lines++;
      }
    } catch (IOException e) {
      // Half a line may stand there now, and the channel may be closed by its caller's interrupt;
      // nothing may be written behind it.
      broken = e;
      throw e;
    }
  }

  /** What is remembered is whole, also what could not be written: a new file can hold all of it. */
  private void mend() throws IOException {
    try {
      rewrite();
      broken = null;
    } catch (IOException e) {
      throw new IOException("not written since " + broken + ", and not now: " + e, e);
    }
  }

  private void remember(String token, Presented presented) {
    Presented before = byToken.put(token, presented);
    if (before != null) {
      perJob.computeIfPresent(before.job(), (job, count) -> count == 1 ? null : count - 1);
    }
    perJob.merge(presented.job(), 1, Integer::sum);
  }

  private void forget(long now) {
    byToken.values().removeIf(presented -> presented.forgetAfter() < now);
    perJob.clear();
    byToken.values().forEach(presented -> perJob.merge(presented.job(), 1, Integer::sum));
  }

  private void read(long now) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    long size = Files.size(file);
    if (size > MAX_FILE_BYTES) {
      throw new IOException(file + " has " + size + " bytes, the limit is " + MAX_FILE_BYTES);
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    String[] all = text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1);
    if (!all[0].equals(FIRST_LINE)) {
      throw new IOException(file + ":1: wanted is \"" + FIRST_LINE + "\"");
    }
    for (int i = 1; i < all.length - 1; i++) {
      read(all[i], i + 1);
    }
    forget(now);
  }

  private void read(String line, int number) throws IOException {
    if (!line.matches("[0-9]{12}( [0-9a-f]{64}){3}")) {
      throw new IOException(file + ":" + number + ": not a line of presented tokens");
    }
    String[] fields = line.split(" ");
    remember(fields[1], new Presented(Long.parseLong(fields[0]), fields[2], fields[3]));
  }

  /** Writes what is remembered into a new file and puts it in the old one's place. */
  private void rewrite() throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    FileChannel written = create(next, StandardOpenOption.TRUNCATE_EXISTING);
    try {
      StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
      byToken.forEach((token, presented) -> text.append(line(token, presented)));
      write(written, text.toString());
      written.force(true);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      written.close();
      throw e;
    }
    if (channel != null) {
      channel.close();
    }
    channel = written;
    lines = byToken.size();
    forceDirectory();
  }

  /** The lock lies beside the file, since the file itself is replaced. */
  private static FileChannel lock(Path file) throws IOException {
    FileChannel lock = create(file.resolveSibling(file.getFileName() + ".lock"));
    FileLock held = null;
    try {
      held = lock.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by this very process: the same answer
    }
    if (held == null) {
      lock.close();
      throw new IOException(file + " is in use by another gateway");
    }
    return lock;
  }

  private static FileChannel create(Path file, OpenOption... more) throws IOException {
    Set<OpenOption> options = new HashSet<>(Set.of(more));
    options.addAll(Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    return FileChannel.open(
        file,
        options,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private void forceDirectory() throws IOException {
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String line(String token, Presented presented) {
    return String.format(
        "%012d %s %s %s\n", presented.forgetAfter(), token, presented.job(), presented.holder());
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
    lock.close();
  }
}
