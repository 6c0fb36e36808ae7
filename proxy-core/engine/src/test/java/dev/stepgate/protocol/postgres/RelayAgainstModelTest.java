package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The same client once with the model of a server, once through a relay with another one, cut and
 * interleaved by a seed: the client has to see the same bytes, and the recording what it saw.
 */
class RelayAgainstModelTest {

  private static final int SCRIPTS = Integer.getInteger("stepgate.fuzz.scripts", 4_000);

  @Test
  void a_client_sees_through_the_relay_what_it_sees_without() {
    int ended = 0;
    for (int seed = 0; seed < SCRIPTS; seed++) {
      ended += run(seed) ? 0 : 1;
    }
    // Some scripts send what only ends a connection; they must stay few, or nothing is tested.
    assertThat(ended).isLessThan(SCRIPTS / 5);
  }

  /** Whether the script was played to its end. */
  private boolean run(long seed) {
    Random random = new Random(seed);
    List<byte[]> script = ClientScript.of(random);
    byte[] all = script.stream().reduce(new byte[0], Wire::join);
    ModelServer direct = new ModelServer();
    direct.feed(all);
    byte[] expected = direct.sent();
    ModelServer behind = new ModelServer();
    try (Rig rig = new Rig()) {
      rig.beforeServer = bytes -> assertRecorded(seed, rig, bytes);
      byte[] seen = play(random, all, rig, behind);
      if (rig.broken) {
        assertEndedForAReason(seed, rig, expected, seen);
        return false;
      }
      assertThat(Wire.types(seen)).as("seed %s", seed).isEqualTo(Wire.types(expected));
      assertThat(seen).as("seed %s", seed).isEqualTo(expected);
      assertThat(rig.recording.seen.toByteArray()).as("seed %s", seed).isEqualTo(seen);
      assertOutcomes(seed, rig, direct);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + Wire.types(all), e);
    }
    return true;
  }

  private static byte[] play(Random random, byte[] all, Rig rig, ModelServer server) {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    byte[] toServer = {};
    byte[] toClient = {};
    int at = 0;
    while (!rig.broken) {
      int choice = random.nextInt(3);
      if (choice == 0 && at < all.length) {
        int end = Math.min(all.length, at + 1 + random.nextInt(random.nextBoolean() ? 8 : 120));
        rig.client.writeInbound(copy(all, at, end));
        at = end;
      } else if (choice == 1 && toServer.length > 0) {
        int end = 1 + random.nextInt(toServer.length);
        server.feed(Arrays.copyOf(toServer, end));
        toServer = Arrays.copyOfRange(toServer, end, toServer.length);
        toClient = Wire.join(toClient, server.sent());
      } else if (choice == 2 && toClient.length > 0) {
        int end = 1 + random.nextInt(toClient.length);
        rig.server.writeInbound(copy(toClient, 0, end));
        toClient = Arrays.copyOfRange(toClient, end, toClient.length);
      } else if (at == all.length && toServer.length == 0 && toClient.length == 0) {
        break;
      }
      rig.gather();
      toServer = Wire.join(toServer, rig.toServer.toByteArray());
      rig.toServer.reset();
      seen.writeBytes(rig.toClient.toByteArray());
      rig.toClient.reset();
    }
    rig.gather();
    seen.writeBytes(rig.toClient.toByteArray());
    return seen.toByteArray();
  }

  private static ByteBuf copy(byte[] bytes, int from, int to) {
    return Unpooled.directBuffer(to - from).writeBytes(bytes, from, to - from);
  }

  /** Every statement and every piece of data must be in the recording before it can get out. */
  private static void assertRecorded(long seed, Rig rig, byte[] bytes) {
    String recorded = rig.recording.sent.toString(StandardCharsets.ISO_8859_1);
    String forwarded = new String(bytes, StandardCharsets.ISO_8859_1);
    for (int id = forwarded.indexOf('#'); id >= 0; id = forwarded.indexOf('#', id + 1)) {
      int end = id + 1;
      while (end < forwarded.length() && Character.isDigit(forwarded.charAt(end))) {
        end++;
      }
      assertThat(recorded).as("seed %s", seed).contains(forwarded.substring(id, end));
    }
  }

  /** A connection may only end early where a server's would end too, or could not be followed. */
  private static void assertEndedForAReason(long seed, Rig rig, byte[] expected, byte[] seen) {
    assertThat(rig.recording.ended)
        .as("seed %s", seed)
        .isIn(
            "nothing but data may be sent behind a COPY FROM STDIN",
            "only data may be sent within COPY FROM STDIN");
    List<byte[]> messages = Wire.split(seen);
    byte[] last = messages.get(messages.size() - 1);
    byte[] before = seen;
    if (Wire.types(last).equals("E")) {
      assertThat(new String(last, StandardCharsets.UTF_8)).contains("FATAL").contains("08P01");
      before = Arrays.copyOf(seen, seen.length - last.length);
    } else {
      // Within a message there is no place for an error.
      assertThat(Wire.types(last)).as("seed %s", seed).isEqualTo("?");
    }
    assertThat(Arrays.copyOf(expected, Math.min(before.length, expected.length)))
        .as("seed %s", seed)
        .isEqualTo(before);
    assertThat(rig.recording.operations.values()).allMatch(operated -> operated.outcome != null);
  }

  private static void assertOutcomes(long seed, Rig rig, ModelServer direct) {
    for (FakeRecording.Operated operated : rig.recording.operations.values()) {
      assertThat(operated.outcome).as("seed %s, %s", seed, operated).isNotNull();
      assertThat(operated.outcome.status()).isNotEqualTo(Outcome.Status.INTERRUPTED);
      if (operated.operation.kind() == Operation.Kind.QUERY) {
        assertQuery(seed, operated, direct.ran);
      }
      String types = Wire.types(operated.response.toByteArray());
      if (operated.operation.kind() == Operation.Kind.EXECUTE
          && operated.outcome.status() == Outcome.Status.DONE) {
        assertThat(types).as("seed %s, %s", seed, operated).containsPattern("[CsI]");
        assertThat(operated.rows).isEqualTo(types.chars().filter(c -> c == 'D').count());
      }
      if (operated.outcome.status() == Outcome.Status.SKIPPED) {
        assertThat(types).as("seed %s, %s", seed, operated).isEmpty();
      }
      if (operated.outcome.status() == Outcome.Status.FAILED
          && operated.operation.kind() != Operation.Kind.COPY_IN) {
        assertThat(types).as("seed %s, %s", seed, operated).contains("E");
      }
    }
  }

  /** A Query's outcome and rows are those of its own statements, by their ids. */
  private static void assertQuery(
      long seed, FakeRecording.Operated query, Map<String, String> ran) {
    long rows = 0;
    boolean failed = false;
    boolean any = false;
    for (String statement : query.request.substring(5).split("[;\0]")) {
      int id = statement.indexOf('#');
      String what = id < 0 ? null : ran.get(statement.substring(id));
      any |= what != null;
      failed |= "failed".equals(what);
      rows += what == null || what.equals("failed") ? 0 : Integer.parseInt(what);
    }
    if (any) {
      assertThat(query.rows).as("seed %s, %s", seed, query).isEqualTo(rows);
      if (failed) {
        assertThat(query.outcome.status())
            .as("seed %s, %s", seed, query)
            .isEqualTo(Outcome.Status.FAILED);
      }
    }
  }
}
