package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code stepgate serve}, and steps that ask it for their sessions. */
final class ServedGateway implements AutoCloseable {

  private static final int START_SECONDS = 30;

  private final Gateway gateway;
  private final Path socket;
  private final Process process;

  ServedGateway(Gateway gateway, Path socket, Process process) {
    this.gateway = gateway;
    this.socket = socket;
    this.process = process;
  }

  /** Waits until it answers; one that was killed leaves its socket behind. */
  ServedGateway await() {
    try {
      for (int n = 0; n < START_SECONDS * 20 && !answers(); n++) {
        assertThat(process.isAlive()).as("serve is running").isTrue();
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(answers()).as("serve answers").isTrue();
    return this;
  }

  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** {@code exec} with a session of this gateway's. */
  Program exec(String... command) {
    List<String> words = new ArrayList<>(List.of("exec", "--socket", socket.toString()));
    if (!Machine.root()) {
      words.add("--no-isolation");
    }
    words.addAll(List.of("--connection", Gateway.CONNECTION, "--"));
    words.addAll(List.of(command));
    return gateway.cli(words.toArray(String[]::new));
  }

  /** Where it is asked. */
  Path socket() {
    return socket;
  }

  /** The gateway's process. */
  Process process() {
    return process;
  }

  /** Ends it in order. */
  void stop() {
    process.destroy();
    try {
      assertThat(process.waitFor(START_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it wrote for its operator, once it has ended. */
  String said() {
    try {
      return Files.readString(gateway.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
