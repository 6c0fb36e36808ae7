package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.postgres.sql.Lexing;
import dev.stepgate.protocol.postgres.sql.Shape;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A hostile client and a hostile server at once: bytes that are messages, bytes that nearly are, in
 * pieces, in any order. The relay may pass them on, wait, or end the connection with an error of
 * its own; it may break nothing, keep nothing, lose no operation's outcome, show the client nothing
 * that is not recorded, and no ReadyForQuery that was not owed.
 *
 * <p>How many inputs: the system property {@code stepgate.fuzz.inputs}, a million unless set.
 */
class RelayFuzzTest {

  private static final long INPUTS = Long.getLong("stepgate.fuzz.inputs", 1_000_000);
  private static final int PIECES = 40;

  private static final Policy NO_NONSENSE =
      (session, connection, operation, now) ->
          operation.facts() != null
                  && operation.facts().statements().stream()
                      .anyMatch(statement -> statement.effects().contains(Effect.DELETE))
              ? Decision.deny("no-nonsense", "None here.")
              : Decision.ALLOW;

  private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true, true);

  @Test
  void nothing_that_either_side_sends_breaks_the_relay() {
    long inputs = 0;
    long seed = 0;
    long ended = 0;
    while (inputs < INPUTS) {
      try {
        ended += converse(new Random(seed)) ? 1 : 0;
      } catch (Throwable broken) {
        throw new AssertionError("seed " + seed, broken);
      }
      assertThat(buffers.metric().usedDirectMemory()).as("seed %s", seed).isZero();
      seed++;
      inputs += PIECES;
    }
    // Most conversations end in an error at some time, but not all, or little is reached.
    assertThat(ended).isBetween(seed / 10, seed - seed / 100);
  }

  /** Whether the relay ended the connection. */
  private boolean converse(Random random) {
    boolean mutating = random.nextInt(3) > 0;
    int asked = 0;
    boolean judging = random.nextBoolean();
    try (Rig rig = judging ? new Rig(NO_NONSENSE, PostgresLimits.DEFAULT) : new Rig()) {
      rig.insight = new Some(random);
      rig.client.config().setAllocator(buffers);
      rig.server.config().setAllocator(buffers);
      for (int i = 0; i < PIECES && !rig.broken && !rig.finished; i++) {
        boolean fromClient = random.nextBoolean();
        byte[] piece = fromClient ? clientPiece(random) : serverPiece(random, rig);
        if (mutating && random.nextInt(12) == 0) {
          mutate(random, piece);
        }
        int cut = random.nextInt(3) == 0 ? random.nextInt(piece.length + 1) : piece.length;
        deliver(fromClient ? rig.client : rig.server, piece, 0, cut);
        deliver(fromClient ? rig.client : rig.server, piece, cut, piece.length);
        rig.gather();
      }
      if (!rig.broken && !rig.finished) {
        rig.clientCloses();
      }
      if (!rig.broken && !rig.finished) {
        // It had said goodbye, and what it asked for before goes on until the server ends it.
        assertThat(rig.relay.leaving()).isTrue();
        rig.serverCloses();
      }
      rig.gather();
      for (byte[] message : Wire.split(rig.recording.sent.toByteArray())) {
        asked += "QFS".indexOf(message[0]) >= 0 ? 1 : 0;
      }
      assertSound(rig, asked);
      if (judging && !mutating) {
        assertThat(rig.toServer.toString(StandardCharsets.ISO_8859_1)).doesNotContain("nonsense");
      }
      return rig.broken && !rig.recording.ended.startsWith("the client");
    }
  }

  private void deliver(
      io.netty.channel.embedded.EmbeddedChannel to, byte[] piece, int from, int end) {
    if (end > from && to.isOpen()) {
      ByteBuf in = buffers.directBuffer(end - from);
      to.writeInbound(in.writeBytes(piece, from, end - from));
    }
  }

  private static byte[] clientPiece(Random random) {
    List<byte[]> script = ClientScript.of(random);
    byte[] piece = {};
    for (int i = 0; i < 1 + random.nextInt(4) && i < script.size(); i++) {
      piece = Wire.join(piece, script.get(i));
    }
    return piece;
  }

  /** Mostly what is owed, so that conversations get somewhere. */
  private static byte[] serverPiece(Random random, Rig rig) {
    Reply head = rig.relay.progress().replies().head();
    if (random.nextInt(10) == 0) {
      return anything(random);
    }
    if (rig.relay.progress().replies().extra() instanceof Inquiry) {
      return answer(random, head);
    }
    if (rig.relay.progress().copyIn() != null) {
      return random.nextInt(3) == 0 ? Wire.error("22P02") : Wire.complete("COPY 1");
    }
    if (head == null) {
      return Wire.notice();
    }
    return switch (head) {
      case PARSE -> random.nextInt(5) == 0 ? Wire.error("42601") : Wire.message('1');
      case BIND -> random.nextInt(5) == 0 ? Wire.error("26000") : Wire.message('2');
      case DESCRIBE_STATEMENT -> Wire.join(Wire.message('t', Wire.int16(0)), Wire.message('n'));
      case DESCRIBE_PORTAL -> Wire.rowDescription();
      case CLOSE -> Wire.message('3');
      case SYNC -> Wire.ready('I');
      case FUNCTION_CALL -> Wire.join(Wire.message('V', Wire.int32(-1)), Wire.ready('I'));
      case EXECUTE, QUERY -> result(random, head == Reply.QUERY);
    };
  }

  /** The answer to a part of the gateway's own question. */
  private static byte[] answer(Random random, Reply head) {
    if (random.nextInt(20) == 0) {
      return Wire.error("57014");
    }
    return switch (head) {
      case PARSE -> Wire.message('1');
      case BIND -> Wire.message('2');
      case EXECUTE -> Wire.join(Wire.row("public"), Wire.complete("SHOW"));
      case CLOSE -> Wire.message('3');
      default -> Wire.ready(random.nextInt(4) == 0 ? 'T' : 'I');
    };
  }

  /** Statements of {@link ClientScript} as what makes the session look, wait, ask or refuse. */
  private static final class Some extends PlainInsight {
    private final Random random;

    Some(Random random) {
      this.random = random;
    }

    @Override
    Facts facts(String sql) {
      if (sql.contains("nonsense")) {
        return statement("delete", Effect.DELETE, "", List.of());
      }
      return switch (sql.split("[ #;]", 2)[0]) {
        case "copyout", "notice" -> random.nextBoolean() ? null : super.facts(sql);
        case "rows" -> statement("select", Effect.SELECT, "relation", List.of("t"));
        case "error" -> statement("create", Effect.CREATE, "table", List.of("t"));
        case "begin", "commit" -> statement("transaction", Effect.TRANSACTION, "", List.of());
        default -> super.facts(sql);
      };
    }

    @Override
    public CompletableFuture<Facts> read(Shape shape, int length, Lexing lexing) {
      return CompletableFuture.completedFuture(statement("do", Effect.DO, "", List.of()));
    }
  }

  private static byte[] result(Random random, boolean query) {
    byte[] end = query && random.nextBoolean() ? Wire.ready('I') : new byte[0];
    return switch (random.nextInt(6)) {
      case 0 -> Wire.join(Wire.error("22012"), end);
      case 1 -> Wire.copyIn();
      case 2 -> Wire.join(Wire.copyOut(), Wire.copyData("x"), Wire.copyDone());
      case 3 -> Wire.join(Wire.row("a"), Wire.row("b"));
      case 4 -> query ? Wire.join(Wire.message('I'), end) : Wire.message('s');
      default -> Wire.join(Wire.row("c"), Wire.complete("SELECT 1"), end);
    };
  }

  private static byte[] anything(Random random) {
    char[] types = {
      '1', '2', '3', 'A', 'C', 'D', 'E', 'G', 'H', 'I', 'K', 'N', 'R', 'S', 'T', 'V', 'W', 'Z', 'c',
      'd', 'n', 's', 't', 'v', 'x'
    };
    byte[] body = new byte[random.nextInt(12)];
    random.nextBytes(body);
    return Wire.message(types[random.nextInt(types.length)], body);
  }

  private static void mutate(Random random, byte[] piece) {
    int at = random.nextInt(piece.length);
    piece[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (piece[at] ^ 0x80);
  }

  private static void assertSound(Rig rig, int asked) {
    String ended = rig.recording.ended;
    assertThat(ended).isNotNull().doesNotStartWith("internal error");
    assertThat(rig.recording.operations.values()).allMatch(operated -> operated.outcome != null);
    byte[] seen = rig.toClient.toByteArray();
    assertThat(rig.recording.seen.toByteArray()).isEqualTo(seen);
    int ready = 0;
    for (byte[] message : Wire.split(seen)) {
      ready += message[0] == 'Z' ? 1 : 0;
    }
    assertThat(ready).isLessThanOrEqualTo(asked);
  }
}
