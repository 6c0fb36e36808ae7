package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.CancelKey;
import dev.stepgate.protocol.postgres.wire.CancelRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cancel requests by key. */
class CancelsTest {

  private final List<Runnable> cancelled = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();
  private final Cancels cancels = new Cancels(2, new SecureRandom());
  private final BackendKeyData key = cancels.add(7, 4, cancelled::add);

  @Test
  void a_request_is_over_only_when_no_later_statement_can_be_hit() {
    cancels.request(new CancelRequest(7, key.key()), () -> seen.add("first"));
    assertThat(seen).isEmpty();

    cancelled.get(0).run();

    assertThat(seen).containsExactly("first");
  }

  @Test
  void a_wrong_key_is_over_at_once_and_cancels_nothing() {
    cancels.request(
        new CancelRequest(7, CancelKey.of(new byte[] {1, 2, 3, 4})), () -> seen.add("wrong"));

    assertThat(cancelled).isEmpty();
    assertThat(seen).containsExactly("wrong");
  }

  @Test
  void a_request_above_the_rate_is_over_at_once_and_cancels_nothing() {
    for (int i = 0; i < 3; i++) {
      cancels.request(new CancelRequest(7, key.key()), () -> seen.add("above"));
    }

    assertThat(cancelled).hasSize(2);
    assertThat(seen).containsExactly("above");
  }
}
