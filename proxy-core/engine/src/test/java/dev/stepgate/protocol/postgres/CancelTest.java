package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.CancelKey;
import dev.stepgate.protocol.postgres.wire.CancelRequest;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cancel hits what runs, and nothing that comes later. */
class CancelTest {

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void nothing_is_cancelled_when_nothing_runs() {
    rig.relay.cancel();

    assertThat(rig.cancel).isNull();
  }

  @Test
  void a_later_statement_waits_until_the_cancel_is_through() {
    rig.client(query("select pg_sleep(9)"));
    rig.relay.cancel();
    assertThat(rig.recording.events).contains("note cancel");
    rig.server(error("57014"), ready('I'));
    rig.client(query("select 2"));
    assertThat(rig.serverSaw()).isEqualTo("Q");

    rig.cancel.setSuccess(null);
    rig.client.runPendingTasks();
    rig.gather();

    assertThat(rig.serverSaw()).isEqualTo("Q");
    assertThat(rig.clientSaw()).isEqualTo("EZ");
    rig.server(complete("SELECT 1"), ready('I'));
    assertThat(rig.operation(2).outcome.code()).isEmpty();
  }

  @Test
  void one_cancel_at_a_time_is_under_way() {
    rig.client(query("select pg_sleep(9)"));
    rig.relay.cancel();
    var first = rig.cancel;
    rig.relay.cancel();

    assertThat(rig.cancel).isSameAs(first);
  }

  @Test
  void a_key_is_good_for_its_own_client_until_it_is_taken_back() {
    AtomicInteger cancelled = new AtomicInteger();
    Cancels cancels = new Cancels(100, new SecureRandom());
    BackendKeyData key = cancels.add(4711, 32, seen -> cancelled.incrementAndGet());
    BackendKeyData other = cancels.add(4711, 4, seen -> cancelled.addAndGet(100));
    assertThat(key.processId()).isEqualTo(4711);
    assertThat(other.processId()).isNotEqualTo(4711);
    assertThat(key.key().length()).isEqualTo(32);

    cancels.request(new CancelRequest(key.processId(), other.key()), () -> {});
    cancels.request(new CancelRequest(key.processId() + 1, key.key()), () -> {});
    cancels.request(new CancelRequest(key.processId(), CancelKey.of(new byte[4])), () -> {});
    assertThat(cancelled).hasValue(0);

    cancels.request(new CancelRequest(key.processId(), key.key()), () -> {});
    assertThat(cancelled).hasValue(1);

    cancels.remove(key);
    cancels.request(new CancelRequest(key.processId(), key.key()), () -> {});
    assertThat(cancelled).hasValue(1);
  }

  @Test
  void requests_above_the_rate_are_dropped() {
    AtomicInteger cancelled = new AtomicInteger();
    Cancels cancels = new Cancels(1, new SecureRandom());
    BackendKeyData key = cancels.add(1, 4, seen -> cancelled.incrementAndGet());

    for (int i = 0; i < 50; i++) {
      cancels.request(new CancelRequest(1, key.key()), () -> {});
    }

    assertThat(cancelled.get()).isBetween(1, 2);
  }
}
