package dev.stepgate.audit.leaf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeafTest {

  private static final String SESSION = "01K8Z3V9QH4M2T7C5R1XW0E6JA";
  private static final String HEAD = "3f".repeat(32);
  private static final Instant TIME = Instant.parse("2026-11-24T11:25:00.123Z");

  @Test
  void an_opening_has_these_bytes() {
    Leaf leaf =
        new SessionOpened(
            SESSION,
            "ci-east",
            Instant.parse("2026-11-24T11:25:00.123456789Z"),
            "ci(998)",
            "user",
            "process",
            List.of("orders-db"),
            Optional.of(
                new Who(
                    "token",
                    new TreeMap<>(Map.of("repository", "acme/orders", "issuer", "github")),
                    List.of("ref"))),
            new TreeMap<>(Map.of("CI_JOB_ID", "17", "A", "\"\\\n\u001b é\uD83D\uDE00\uD83D")));
    String json =
        "{\"kind\":\"session-opened-2\",\"session\":\"01K8Z3V9QH4M2T7C5R1XW0E6JA\",\"gateway\":\"ci-east\","
            + "\"opened\":\"2026-11-24T11:25:00.123Z\",\"by\":\"ci(998)\",\"isolation\":\"user\","
            + "\"durability\":\"process\",\"connections\":[\"orders-db\"],\"proof\":\"token\","
            + "\"verified\":{\"issuer\":\"github\",\"repository\":\"acme/orders\"},\"shaped\":[\"ref\"],"
            + "\"claimed\":{\"A\":\"\\\"\\\\\\n\\u001b é\uD83D\uDE00\uFFFD\",\"CI_JOB_ID\":\"17\"}}";
    assertThat(new String(leaf.encode(), UTF_8)).isEqualTo(json);
    assertThat(Leaf.decode(leaf.encode()).encode()).isEqualTo(leaf.encode());
  }

  @Test
  void an_opening_of_a_gateway_that_did_not_ask_who_is_still_read() {
    String json =
        "{\"kind\":\"session-opened\",\"session\":\"01K8Z3V9QH4M2T7C5R1XW0E6JA\",\"gateway\":\"ci-east\","
            + "\"opened\":\"2026-11-24T11:25:00.123Z\",\"by\":\"ci(998)\",\"isolation\":\"user\","
            + "\"durability\":\"process\",\"connections\":[\"orders-db\"],\"claimed\":{}}";

    SessionOpened opened = (SessionOpened) Leaf.decode(json.getBytes(UTF_8));

    assertThat(opened.who()).isEmpty();
    assertThat(new String(opened.encode(), UTF_8)).isEqualTo(json);
  }

  @Test
  void what_an_events_file_reached_has_these_bytes() {
    Leaf leaf = new EventsReached(7, 44, Hash.parseHex(HEAD));

    assertThat(new String(leaf.encode(), UTF_8))
        .isEqualTo("{\"kind\":\"events\",\"file\":7,\"lines\":44,\"head\":\"" + HEAD + "\"}");
    assertThat(Leaf.decode(leaf.encode())).isEqualTo(leaf);
  }

  @Test
  void a_head_has_these_bytes() {
    Leaf leaf = HeadReached.of(SESSION + "/0001", 44, HEAD, true);
    assertThat(new String(leaf.encode(), UTF_8))
        .isEqualTo(
            "{\"kind\":\"head\",\"session\":\"01K8Z3V9QH4M2T7C5R1XW0E6JA\",\"recording\":\"0001\",\"lines\":44,"
                + "\"head\":\""
                + HEAD
                + "\",\"final\":true}");
    assertThat(Leaf.decode(leaf.encode())).isEqualTo(leaf);
    assertThat(HeadReached.of(SESSION + "/12345", 1, HEAD, false).head().recording())
        .isEqualTo(12_345);
  }

  @Test
  void an_ending_has_these_bytes_and_a_digest_that_a_shell_can_make() throws Exception {
    RecordingHead one = new RecordingHead(1, 44, Hash.parseHex(HEAD));
    RecordingHead two = new RecordingHead(2, 5, Hash.parseHex("ab".repeat(32)));
    SessionEnded leaf =
        SessionEnded.of(SESSION, TIME, Optional.empty(), List.of(two, one), 42, 1, 0);
    String lines =
        SESSION + "/0001 44 " + HEAD + "\n" + SESSION + "/0002 5 " + "ab".repeat(32) + "\n";
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(lines.getBytes(UTF_8)));
    assertThat(new String(leaf.encode(), UTF_8))
        .isEqualTo(
            "{\"kind\":\"session-sealed\",\"session\":\"01K8Z3V9QH4M2T7C5R1XW0E6JA\","
                + "\"ended\":\"2026-11-24T11:25:00.123Z\",\"recordings\":2,\"operations\":42,"
                + "\"refused\":1,\"masked\":0,\"heads\":\""
                + digest
                + "\",\"final\":["
                + "{\"recording\":\"0001\",\"lines\":44,\"head\":\""
                + HEAD
                + "\"},"
                + "{\"recording\":\"0002\",\"lines\":5,\"head\":\""
                + "ab".repeat(32)
                + "\"}]}");
    assertThat(Leaf.decode(leaf.encode())).isEqualTo(leaf);
    SessionEnded cut =
        SessionEnded.of(SESSION, TIME, Optional.of("the gateway died"), List.of(one), 42, 1, 0);
    assertThat(new String(cut.encode(), UTF_8))
        .contains("\"kind\":\"session-interrupted\"", "\"reason\":\"the gateway died\"");
    assertThat(Leaf.decode(cut.encode())).isEqualTo(cut);
  }

  @Test
  void a_kind_of_later_is_kept_as_it_is() {
    byte[] json =
        "{\"kind\":\"approval\",\"session\":\"x\",\"more\":[1,{\"a\":true}]}".getBytes(UTF_8);
    Leaf leaf = Leaf.decode(json);
    assertThat(leaf).isInstanceOf(UnknownLeaf.class);
    assertThat(leaf.session()).isEqualTo("x");
    assertThat(leaf.encode()).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"session\":\"x\",\"kind\":\"approval\"}",
        "{\"kind\":1}",
        "{\"kind\":\"a\",\"kind\":\"b\"}",
        "{\"kind\": \"a\"}",
        "{\"kind\":\"a\"} ",
        "{\"kind\":\"a\",\"n\":01}",
        "{\"kind\":\"a\",\"n\":-1}",
        "{\"kind\":\"a\",\"n\":1.5}",
        "{\"kind\":\"a\",\"n\":9007199254740992}",
        "{\"kind\":\"a\",\"n\":null}",
        "{\"kind\":\"\\u0041\"}",
        "{\"kind\":\"\\/\"}",
        "{\"kind\":\"a\",\"n\":[[[[[[[[[[]]]]]]]]]]}",
        "{\"kind\":\"head\",\"session\":\"01K8Z3V9QH4M2T7C5R1XW0E6JA\"}",
        "{\"kind\":\"head\",\"session\":\"../../../etc/passwd0000000\",\"recording\":\"0001\"}"
      })
  void what_is_no_leaf_is_refused(String json) {
    assertThatThrownBy(() -> Leaf.decode(json.getBytes(UTF_8)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void a_known_kind_takes_no_other_key_and_no_other_form() {
    String good = new String(HeadReached.of(SESSION + "/0001", 4, HEAD, false).encode(), UTF_8);
    for (String bad :
        List.of(
            good.replace("}", ",\"more\":1}"),
            good.replace("\"0001\"", "\"1\""),
            good.replace("\"0001\"", "\"00001\""),
            good.replace("\"0001\"", "\"0000\""),
            good.replace("\"lines\":4", "\"lines\":0"),
            good.replace("3f3f", "3F3F"),
            good.replace("false", "\"no\""))) {
      assertThatThrownBy(() -> Leaf.decode(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void a_leaf_beyond_the_limit_says_both_numbers() {
    SessionOpened huge =
        new SessionOpened(
            SESSION,
            "ci-east",
            TIME,
            "ci(998)",
            "user",
            "process",
            List.of("x".repeat(70_000)),
            Optional.empty(),
            new TreeMap<>());
    assertThatThrownBy(huge::encode)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("65535")
        .hasMessageContaining("70209");
  }

  @Test
  void a_proof_line_is_read_as_it_is_written_and_in_no_other_form() {
    ProofLine line =
        new ProofLine(
            SESSION,
            Hash.parseHex(HEAD),
            new Checkpoint("stepgate/ci-east", 1300, Hash.parseHex("9c".repeat(32))));
    String text =
        "stepgate-proof: v1 01K8Z3V9QH4M2T7C5R1XW0E6JA "
            + HEAD
            + " stepgate/ci-east 1300 "
            + "9c".repeat(32);
    assertThat(line.text()).isEqualTo(text);
    assertThat(ProofLine.parse(text)).isEqualTo(line);
    for (String bad :
        List.of(
            " " + text,
            text + " ",
            text.replace("1300", "01300"),
            text.replace(" 1300", "  1300"),
            text.replace("stepgate/ci-east", "step+gate"),
            text.replace("9c9c", "9C9C"),
            text.substring(0, text.length() - 1),
            text + "0".repeat(512))) {
      assertThatThrownBy(() -> ProofLine.parse(bad)).as(bad).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> ProofLine.parse(text.replace("v1", "v2")))
        .hasMessageContaining("not understood");
  }
}
