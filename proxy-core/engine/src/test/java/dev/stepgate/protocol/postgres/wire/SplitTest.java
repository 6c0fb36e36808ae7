package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Bytes come in pieces of any size; what they are cut into must make no difference. */
class SplitTest {

  private static <M> void everySplit(List<M> corpus, List<byte[]> bytes, Function<ByteBuf, M> in) {
    for (int i = 0; i < corpus.size(); i++) {
      for (int cut = 0; cut < bytes.get(i).length; cut++) {
        ByteBuf buffer = Unpooled.buffer();
        buffer.writeBytes(bytes.get(i), 0, cut);
        assertThat(in.apply(buffer)).as("%s cut at %d", corpus.get(i), cut).isNull();
        buffer.writeBytes(bytes.get(i), cut, bytes.get(i).length - cut);
        assertThat(in.apply(buffer)).isEqualTo(corpus.get(i));
        assertThat(buffer.isReadable()).isFalse();
      }
    }
  }

  private static <M> void byteByByte(List<M> corpus, List<byte[]> bytes, Function<ByteBuf, M> in) {
    ByteBuf buffer = Unpooled.buffer();
    List<M> read = new ArrayList<>();
    for (byte[] message : bytes) {
      for (byte b : message) {
        buffer.writeByte(b);
        M one = in.apply(buffer);
        if (one != null) {
          read.add(one);
        }
      }
    }
    assertThat(read).isEqualTo(corpus);
  }

  @Test
  void start_up_requests() {
    StartupDecoder decoder = new StartupDecoder();
    everySplit(Corpus.startup(), DecoderFuzzTest.startupCorpus(), decoder::decode);
    byteByByte(Corpus.startup(), DecoderFuzzTest.startupCorpus(), decoder::decode);
  }

  @Test
  void frontend_messages() {
    FrontendDecoder decoder = new FrontendDecoder(WireLimits.DEFAULT);
    everySplit(Corpus.frontend(), DecoderFuzzTest.frontendCorpus(), decoder::decode);
    byteByByte(Corpus.frontend(), DecoderFuzzTest.frontendCorpus(), decoder::decode);
  }

  @Test
  void backend_messages() {
    BackendDecoder decoder = new BackendDecoder(WireLimits.DEFAULT);
    everySplit(Corpus.backend(), DecoderFuzzTest.backendCorpus(), decoder::decode);
    byteByByte(Corpus.backend(), DecoderFuzzTest.backendCorpus(), decoder::decode);
  }
}
