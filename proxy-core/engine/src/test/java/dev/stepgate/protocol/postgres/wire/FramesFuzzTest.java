package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** Headers read in place: the decoders that read whole messages are the judges. */
class FramesFuzzTest {

  private static final int MAX_BYTES = 1 << 20;
  private static final int PER_BYTE = 64;

  /** How a message read by its header ends. */
  private record Framed(int size) {}

  private static void fuzz(
      List<byte[]> corpus, FrameDecoder<?> judge, ToIntFunction<ByteBuf> size) {
    Fuzz<Framed> fuzz =
        new Fuzz<>(
            in -> in.readableBytes() < Frame.HEADER_BYTES ? null : framed(in, judge, size),
            null,
            FuzzInputs.Shape.BARE,
            PER_BYTE);

    fuzz.run(corpus, Fuzz.INPUTS / 2);

    assertThat(fuzz.messages()).isGreaterThan(Fuzz.INPUTS / 100);
    assertThat(fuzz.refused()).isGreaterThan(Fuzz.INPUTS / 100);
  }

  private static Framed framed(ByteBuf in, FrameDecoder<?> judge, ToIntFunction<ByteBuf> size) {
    int framed = size.applyAsInt(in);
    try {
      if (judge.decode(in) != null && in.readerIndex() != framed) {
        throw new AssertionError("framed " + framed + " bytes, decoded " + in.readerIndex());
      }
    } catch (WireException e) {
      // Headers may be whole around a body that is not.
    }
    return new Framed(framed);
  }

  @Test
  void frontend_headers() {
    fuzz(
        DecoderFuzzTest.frontendCorpus(),
        new FrontendDecoder(WireLimits.DEFAULT),
        in -> {
          int size = FrontendFrames.size(in, 0, MAX_BYTES);
          FrontendFrames.textEnd(in, Frame.HEADER_BYTES, Math.min(size, in.writerIndex()));
          return size;
        });
  }

  @Test
  void backend_headers_and_what_an_error_says() {
    fuzz(
        DecoderFuzzTest.backendCorpus(),
        new BackendDecoder(WireLimits.POSTGRES),
        in -> {
          int size = BackendFrames.size(in, 0, MAX_BYTES);
          int next = Math.min(size, in.writerIndex());
          if (BackendFrames.sqlState(in, 0, next).length() != 5) {
            throw new AssertionError("an SQLSTATE that is none");
          }
          BackendFrames.fatal(in, 0, next);
          return size;
        });
  }

  /** Each message that both read, they must cut alike; the corpus shows that there are such. */
  @Test
  void every_message_of_an_open_session_is_cut_where_the_decoder_cuts_it() {
    for (byte[] message : DecoderFuzzTest.frontendCorpus()) {
      ByteBuf in = Unpooled.wrappedBuffer(message);
      assertThat(FrontendFrames.size(in, 0, MAX_BYTES)).isEqualTo(message.length);
    }
    for (BackendMessage message : Corpus.backend()) {
      if (!(message instanceof Authentication
          || message instanceof BackendKeyData
          || message instanceof NegotiateProtocolVersion)) {
        byte[] bytes = Golden.encoded(message);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        assertThat(BackendFrames.size(in, 0, MAX_BYTES)).isEqualTo(bytes.length);
      }
    }
  }
}
