package dev.stepgate.gateway.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Effect;
import dev.stepgate.operation.Facts;
import dev.stepgate.operation.Reach;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordedOperationTest {

  private static byte[] message(char type, String... strings) {
    ByteBuffer out = ByteBuffer.allocate(1000);
    out.put((byte) type).putInt(0);
    for (String text : strings) {
      out.put(text.getBytes(UTF_8)).put((byte) 0);
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  @Test
  void a_query_and_a_parse_hold_their_text() {
    assertThat(RecordedOperation.sql(message('Q', "select 1"))).contains("select 1");
    assertThat(RecordedOperation.sql(message('P', "name", "select 2"))).contains("select 2");
    assertThat(RecordedOperation.sql(message('P', "", "select 3"))).contains("select 3");
  }

  @Test
  void other_messages_and_cut_ones_hold_none() {
    assertThat(RecordedOperation.sql(message('B', "", ""))).isEmpty();
    assertThat(RecordedOperation.sql(new byte[0])).isEmpty();
    assertThat(RecordedOperation.sql(new byte[] {'P', 0, 0, 0, 4})).isEmpty();
  }

  @Test
  void a_verdict_is_read_with_what_the_operation_came_to() {
    Optional<RecordedVerdict> verdict =
        RecordedVerdict.of(
            "{\"operation\":17,\"verdict\":\"deny\",\"rule\":\"no-drops\",\"reason\":\"No.\","
                + "\"policy\":\"16a9\",\"uses\":[{\"effect\":\"delete\",\"kind\":\"table\",\"name\":"
                + "[\"app\",\"orders\"],\"where\":\"missing\",\"via\":[\"view app.v\"]}],"
                + "\"unknown\":[\"no-catalog\"]}");

    assertThat(verdict.orElseThrow().sentence()).isEqualTo("deny by rule \"no-drops\": No.");
    Reach.Statement reach = verdict.orElseThrow().reach().orElseThrow();
    assertThat(reach.uses())
        .containsExactly(
            new Reach.Use(
                Effect.DELETE,
                "table",
                List.of("app", "orders"),
                Facts.Where.MISSING,
                List.of("view app.v")));
    assertThat(reach.unknown().get(0).reason()).isEqualTo(Reach.Unknown.Reason.NO_CATALOG);
  }

  @Test
  void a_verdict_of_another_form_is_none() {
    assertThat(RecordedVerdict.of("")).isEmpty();
    assertThat(RecordedVerdict.of("{")).isEmpty();
    assertThat(RecordedVerdict.of("{\"uses\":[{\"effect\":\"dance\"}]}")).isEmpty();
  }
}
