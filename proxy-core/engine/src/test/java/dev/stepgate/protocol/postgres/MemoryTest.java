package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.policy.Policy;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Messages that have to be whole take a bounded amount of memory, from all clients together. */
class MemoryTest {

  private static final int MIB = 1 << 20;

  private static Rig rig(Memory memory) {
    return new Rig(Policy.ALLOW_ALL, PostgresLimits.DEFAULT, memory);
  }

  private static byte[] statement(int bytes) {
    return Wire.query("x".repeat(bytes));
  }

  @Test
  void an_unfinished_statement_counts_until_it_is_forwarded() {
    Memory memory = new Memory(8L * MIB);
    byte[] statement = statement(MIB);
    try (Rig rig = rig(memory)) {
      rig.client(Arrays.copyOf(statement, statement.length - 1));
      assertThat(memory.taken()).isBetween((long) MIB, 2L * MIB);

      rig.client(Arrays.copyOfRange(statement, statement.length - 1, statement.length));

      assertThat(rig.serverSaw()).isEqualTo("Q");
      assertThat(memory.taken()).isZero();
    }
  }

  @Test
  void what_a_claim_promises_takes_nothing() {
    Memory memory = new Memory(8L * MIB);
    try (Rig rig = rig(memory)) {
      rig.client(Arrays.copyOf(statement(8 * MIB), 100));

      assertThat(memory.taken()).isZero();
    }
  }

  @Test
  void the_client_that_would_take_too_much_is_ended_and_gives_back_what_it_had() {
    Memory memory = new Memory(5L * MIB / 2);
    byte[] most = Arrays.copyOf(statement(2 * MIB), MIB);
    try (Rig first = rig(memory);
        Rig second = rig(memory)) {
      first.client(most);
      second.client(most);
      second.client(Arrays.copyOf(most, MIB / 2));
      second.client(Arrays.copyOf(most, MIB / 4));

      assertThat(second.broken).isTrue();
      assertThat(second.clientText()).contains("53200");
      assertThat(first.broken).isFalse();
      second.clientCloses();
      first.clientCloses();
    }
    assertThat(memory.taken()).isZero();
  }
}
