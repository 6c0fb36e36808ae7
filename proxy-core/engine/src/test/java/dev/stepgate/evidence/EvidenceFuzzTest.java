package dev.stepgate.evidence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.audit.leaf.EventsReached;
import dev.stepgate.audit.leaf.HeadReached;
import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.leaf.ProofLine;
import dev.stepgate.audit.leaf.RecordingHead;
import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.leaf.UnknownLeaf;
import dev.stepgate.audit.leaf.Who;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.SigningKey;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.EntryBundle;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.Tile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decoders of evidence fed with inputs that are nearly right: each gives a value that encodes to
 * the very same bytes, or a {@link MalformedException}. How many inputs: {@code
 * stepgate.fuzz.inputs}, a hundred thousand unless set; the same every time.
 */
class EvidenceFuzzTest {

  private static final long INPUTS = Long.getLong("stepgate.fuzz.inputs", 100_000);

  /** A bundle is a file, and a case costs a hundred times as much. */
  private static final long FILES = Math.max(1, INPUTS / 1000);

  private static final String SESSION = "01K8Z3V9QH4M2T7C5R1XW0E6JA";
  private static final String HEX = "3f".repeat(32);
  private static final byte[] SPECIAL =
      "\"\\{}[]:,\n \u0000\u001b0019afAFzZ+/=-—\u00ff".getBytes(ISO_8859_1);

  private final Random random = new Random(20_261_124);

  @Test
  void leaves() {
    RecordingHead head = new RecordingHead(1, 44, Hash.parseHex(HEX));
    List<byte[]> seeds =
        List.of(
            new SessionOpened(
                    SESSION,
                    "ci-east",
                    Instant.EPOCH,
                    "ci(998)",
                    "none",
                    "disk",
                    List.of("a", "b"),
                    Optional.of(
                        new Who("token", new TreeMap<>(Map.of("ref", "x")), List.of("ref"))),
                    new TreeMap<>(Map.of("A", "\n\u001b", "B", "é")))
                .encode(),
            new EventsReached(1, 2, head.head()).encode(),
            new HeadReached(SESSION, head, true).encode(),
            SessionEnded.of(SESSION, Instant.EPOCH, Optional.of("died"), List.of(head), 3, 1, 0)
                .encode(),
            "{\"kind\":\"x\",\"a\":[1,true,{\"b\":[]}]}".getBytes(UTF_8));
    fuzz(seeds, bytes -> Leaf.decode(bytes).encode());
    assertThat(Leaf.decode(seeds.get(4))).isInstanceOf(UnknownLeaf.class);
  }

  @Test
  void json() {
    fuzz(
        List.of(
            "{\"a\":[0,12,true,false,\"x\\n\\u001f\\\\\"],\"b\":{}}".getBytes(UTF_8),
            "9007199254740991".getBytes(UTF_8)),
        bytes -> Json.encode(Json.decode(bytes)));
  }

  @Test
  void notes_and_checkpoints() {
    SigningKey key = SigningKey.generate("stepgate/test", new SecureRandom());
    byte[] note = new Checkpoint("stepgate/test", 1300, Hash.parseHex(HEX)).sign(key).encode();
    fuzz(List.of(note), bytes -> Note.parse(bytes).encode());
    byte[] text =
        "stepgate/test\n1300\nPz8/Pz8/Pz8/Pz8/Pz8/Pz8/Pz8/Pz8/Pz8/Pz8/Pz8=\n".getBytes(UTF_8);
    fuzz(
        List.of(text),
        bytes -> Checkpoint.parse(new String(bytes, ISO_8859_1)).text().getBytes(ISO_8859_1));
  }

  @Test
  void keys() {
    SigningKey key = SigningKey.generate("stepgate/test", new SecureRandom());
    fuzz(
        List.of((key.verifier().text() + "\n").getBytes(UTF_8)),
        bytes -> (VerifierKey.parseLine(bytes).text() + "\n").getBytes(UTF_8));
  }

  @Test
  void proof_lines() {
    String line = "stepgate-proof: v1 " + SESSION + " " + HEX + " stepgate/ci-east 1300 " + HEX;
    fuzz(
        List.of(line.getBytes(UTF_8)),
        bytes -> ProofLine.parse(new String(bytes, ISO_8859_1)).text().getBytes(ISO_8859_1));
  }

  @Test
  void entry_bundles_and_tiles() {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    for (int i = 1; i <= 4; i++) {
      EntryBundle.append(bundle, new byte[i * i]);
    }
    fuzz(
        List.of(bundle.toByteArray()),
        bytes -> {
          ByteArrayOutputStream again = new ByteArrayOutputStream();
          EntryBundle.split(bytes, 4).forEach(leaf -> EntryBundle.append(again, leaf));
          return again.toByteArray();
        });
    fuzz(List.of(new byte[64]), bytes -> Tile.encode(Tile.decode(bytes, bytes.length / 32)));
  }

  @Test
  void a_bundles_own_files() {
    Manifest manifest =
        new Manifest(SESSION, "stepgate/a", 9, List.of(new Manifest.Part(1, 44, true)));
    fuzz(List.of(manifest.encode()), bytes -> Manifest.decode(bytes).encode());
    List<Hash> proof = List.of(Hash.parseHex(HEX));
    byte[] leaf = new ProvedLeaf(7, "x", proof).encode();
    fuzz(List.of(leaf), line -> ProvedLeaf.decode(unterminated(line)).encode());
    byte[] head = new EarlierHead(7, Hash.parseHex(HEX), proof).encode();
    fuzz(List.of(head), line -> EarlierHead.decode(unterminated(line)).encode());
  }

  @Test
  void bundles(@TempDir Path directory) throws IOException {
    try (GivenState given = GivenState.in(directory)) {
      given.session(1, 2, 2);
      Path file = directory.resolve("bundle");
      new BundleWriter(given.state, GivenState.id(1).value()).write(file);
      byte[] good = Files.readAllBytes(file);
      for (long i = 0; i < FILES; i++) {
        byte[] bad = changed(good);
        Files.write(file, bad);
        Report report = Verifier.verify(file, Optional.of(given.verifier()), List.of());
        assertThat(report.verdict() == Verdict.VERIFIED)
            .as("input %d", i)
            .isEqualTo(Arrays.equals(good, bad));
      }
    }
  }

  /** Asserts that whatever is taken is taken for exactly what it is, and that some is taken. */
  private void fuzz(List<byte[]> seeds, UnaryOperator<byte[]> again) {
    for (byte[] seed : seeds) {
      assertThat(again.apply(seed)).isEqualTo(seed);
    }
    long refused = 0;
    for (long i = 0; i < INPUTS; i++) {
      byte[] input = changed(seeds.get(random.nextInt(seeds.size())));
      try {
        byte[] output = again.apply(input.clone());
        if (!Arrays.equals(output, input)) {
          assertThat(output).as("input %d", i).isEqualTo(input);
        }
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(0);
  }

  private byte[] changed(byte[] seed) {
    byte[] bytes = seed.clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      bytes = changedOnce(bytes);
    }
    return bytes;
  }

  private byte[] changedOnce(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + random.nextInt(8));
    return switch (random.nextInt(6)) {
      case 0 -> spliced(bytes, at, at, new byte[] {SPECIAL[random.nextInt(SPECIAL.length)]});
      case 1 -> spliced(bytes, at, end, new byte[0]);
      case 2 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      case 3 -> Arrays.copyOf(bytes, at);
      case 4 -> spliced(bytes, at, end, new byte[] {(byte) random.nextInt()});
      default -> flipped(bytes, at);
    };
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    if (at < bytes.length) {
      flipped[at] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static byte[] unterminated(byte[] line) {
    if (line.length == 0 || line[line.length - 1] != '\n') {
      throw new MalformedException("no newline");
    }
    return Arrays.copyOf(line, line.length - 1);
  }
}
