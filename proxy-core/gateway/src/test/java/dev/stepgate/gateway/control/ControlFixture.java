package dev.stepgate.gateway.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepgate.gateway.isolation.OsUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A control server on a socket of its own, before a gatekeeper that notes what it is asked. */
abstract class ControlFixture {

  static final Duration PATIENT = Duration.ofSeconds(30);

  @TempDir Path directory;
  final NotingGatekeeper keeper = new NotingGatekeeper();
  ControlServer server;

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  final void start(Admittance admittance, Duration timeout) throws IOException {
    server = ControlServer.start(socket(), keeper, admittance, timeout);
  }

  final Path socket() {
    return directory.resolve("c.sock");
  }

  static OsUser own() throws IOException {
    return OsUser.current();
  }

  // As if the gateway were another user's, since a test has only its own user to connect as.
  static Admittance admitting(OsUser user) {
    return new Admittance(user.uid() + 1, Set.of(user.uid()), Set.of(), false);
  }

  // Root has to say which user its step is.
  static Optional<Integer> step() throws IOException {
    return own().uid() == 0 ? Optional.of(4711) : Optional.empty();
  }

  final String talk(String text) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      for (ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8)); bytes.hasRemaining(); ) {
        client.write(bytes);
      }
      return line(client);
    }
  }

  static String line(SocketChannel client) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (client.read(one) > 0) {
      byte next = one.flip().get();
      one.clear();
      if (next == '\n') {
        break;
      }
      line.write(next);
    }
    return line.toString(UTF_8);
  }
}
