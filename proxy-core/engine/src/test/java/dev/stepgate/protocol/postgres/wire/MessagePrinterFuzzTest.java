package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whatever was recorded, the printer prints: it never throws, and its lines are harmless. */
class MessagePrinterFuzzTest {

  /** A byte may become six characters, in a builder that grows by doubling. */
  private static final int PER_BYTE = 256;

  /** The printer is one reader with three ways in. */
  private static final long INPUTS = Fuzz.INPUTS / 3;

  private final MessagePrinter printer = new MessagePrinter();

  private static List<String> harmless(List<String> lines) {
    for (String line : lines) {
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e)) {
          throw new AssertionError("a line with U+" + Integer.toHexString(c));
        }
      }
      if (line.contains("##") || line.stripLeading().startsWith("::")) {
        throw new AssertionError("a line that a CI system takes as a command: " + line);
      }
    }
    return lines;
  }

  private static void fuzz(
      List<byte[]> corpus, FuzzInputs.Shape shape, Function<ByteBuffer, List<String>> print) {
    Function<ByteBuf, Object> decode =
        in -> {
          List<String> lines = print.apply(in.nioBuffer());
          in.skipBytes(in.readableBytes());
          return harmless(lines);
        };
    Fuzz<Object> fuzz = new Fuzz<>(decode, null, shape, PER_BYTE);

    fuzz.run(corpus, INPUTS);

    assertThat(fuzz.messages()).as("every input is printed").isGreaterThanOrEqualTo(INPUTS);
  }

  @Test
  void frontend_messages() {
    fuzz(DecoderFuzzTest.frontendCorpus(), FuzzInputs.Shape.TYPED, printer::frontend);
  }

  @Test
  void backend_messages() {
    fuzz(DecoderFuzzTest.backendCorpus(), FuzzInputs.Shape.TYPED, printer::backend);
  }

  @Test
  void start_up_requests() {
    fuzz(DecoderFuzzTest.startupCorpus(), FuzzInputs.Shape.UNTYPED, printer::startup);
  }
}
