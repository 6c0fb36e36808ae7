package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A connection that ends is a client that died, however it ends: see docs/guides/endpoints.md,
 * "When a client dies".
 */
class HalfCloseTest {

  private static final int CANCEL_BYTES = 16;

  @Test
  void a_client_that_closes_its_writing_half_is_taken_for_dead_and_its_statement_cancelled()
      throws Exception {
    CompletableFuture<byte[]> cancel = new CompletableFuture<>();
    ScriptedServer.Script script =
        (peer, number) -> {
          byte[] first = peer.readUntyped();
          if (number == 1) {
            peer.send(Gateway.authenticationOk(), Gateway.welcome());
            peer.read('Q');
            peer.readToEnd(); // works until it is told to stop
          } else {
            cancel.complete(first);
          }
        };
    try (ScriptedServer server = new ScriptedServer(script);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.ready()) {
      peer.send(Wire.query("select pg_sleep(600)"));
      gateway.awaitOperation();

      peer.socket().shutdownOutput();

      assertThat(cancel.get(20, TimeUnit.SECONDS)).hasSize(CANCEL_BYTES);
      assertThatThrownBy(peer::read).isInstanceOf(EOFException.class);
      assertThat(gateway.recordings.get(0).ended).isEqualTo("the client went away");
    }
  }
}
