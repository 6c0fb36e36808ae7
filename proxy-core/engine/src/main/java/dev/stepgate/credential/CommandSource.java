package dev.stepgate.credential;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command that prints the secret as its only line: an argument list, run without a shell, with a
 * minimal environment, no input, its errors discarded (they may quote the secret), bounded in time
 * and output.
 *
 * <p>What it printed is kept for a while, so that a burst of logins runs it once; it is run again
 * after that, and at once when the target refused what it had printed.
 */
public final class CommandSource implements SecretSource {

  /** How long a command may run, unless the configuration says otherwise. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** How long a command's secret is kept, unless the configuration says otherwise. */
  public static final Duration DEFAULT_KEEP = Duration.ofSeconds(10);

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final long POLL_MILLIS = 10;

  private final List<String> command;
  private final Map<String, String> environment;
  private final Duration timeout;
  private final Duration keep;
  private final InstantSource clock;
  private volatile boolean refused;
  private Secret kept;
  private Instant keptUntil = Instant.MIN;

  /**
   * A source that runs {@code command}.
   *
   * @param command the program's absolute path and its arguments
   * @param environment what it gets beside {@code PATH} and {@code LANG}
   * @param timeout after which it is killed
   * @param keep how long what it printed is used again
   */
  public CommandSource(
      List<String> command,
      Map<String, String> environment,
      Duration timeout,
      Duration keep,
      InstantSource clock) {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.timeout = timeout;
    this.keep = keep;
    this.clock = clock;
  }

  @Override
  public synchronized Secret read() throws CredentialException {
    Instant now = clock.instant();
    if (refused || kept == null || !now.isBefore(keptUntil)) {
      forget();
      kept = Secret.fromLine(run(), describe());
      keptUntil = now.plus(keep);
    }
    return kept.copy();
  }

  // Not under the lock, which is held for as long as the command runs.
  @Override
  public void refused() {
    refused = true;
  }

  private void forget() {
    refused = false;
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }

  private byte[] run() throws CredentialException {
    Process process;
    try {
      process = start();
    } catch (IOException e) {
      throw new CredentialException(describe() + " cannot be started");
    }
    try {
      byte[] printed = collect(process);
      if (process.exitValue() != 0) {
        Arrays.fill(printed, (byte) 0);
        throw new CredentialException(describe() + " ended with status " + process.exitValue());
      }
      return printed;
    } catch (IOException e) {
      throw new CredentialException(describe() + " cannot be read");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CredentialException(describe() + " was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  // Reads only what is there, so that no thread of its own has to wait for a command that prints
  // nothing or leaves a child behind that holds its output open.
  private byte[] collect(Process process)
      throws IOException, InterruptedException, CredentialException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Buffer collected = new Buffer();
    try {
      InputStream out = process.getInputStream();
      boolean ended;
      do {
        ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        while (out.available() > 0) {
          collected.write(out.read());
          if (collected.size() > Secret.MAX_BYTES + 2) {
            throw new CredentialException(
                describe() + " printed more than " + Secret.MAX_BYTES + " bytes");
          }
        }
        if (!ended && System.nanoTime() - deadline >= 0) {
          throw new CredentialException(
              describe() + " did not end within " + timeout.toMillis() + " ms");
        }
      } while (!ended);
      return collected.toByteArray();
    } finally {
      collected.wipe();
    }
  }

  @Override
  public String describe() {
    return "command " + command.get(0);
  }

  /** Without the arguments, which may hold what a person would not print. */
  @Override
  public String toString() {
    return describe();
  }

  private static final class Buffer extends ByteArrayOutputStream {

    Buffer() {
      super(Secret.MAX_BYTES + 8); // never grown, so no copy of it is left behind
    }

    void wipe() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
