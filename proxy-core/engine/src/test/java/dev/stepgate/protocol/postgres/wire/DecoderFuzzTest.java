package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every decoder, fed with a million inputs: see {@link Fuzz} for what is asserted of each. */
class DecoderFuzzTest {

  /** Small: fields are kept as they are, a value costs two numbers. */
  private static final int PER_BYTE = 64;

  /** Each byte of a start-up message may be a character of a string that is checked to be UTF-8. */
  private static final int PER_BYTE_OF_UTF_8 = 256;

  static List<byte[]> frontendCorpus() {
    return Corpus.frontend().stream().map(Golden::encoded).toList();
  }

  static List<byte[]> backendCorpus() {
    return Corpus.backend().stream().map(Golden::encoded).toList();
  }

  static List<byte[]> startupCorpus() {
    return Corpus.startup().stream().map(Golden::encoded).toList();
  }

  private static List<Class<?>> classes(List<?> messages) {
    return messages.stream().map(Object::getClass).distinct().collect(Collectors.toList());
  }

  /** A fuzz that only ever sees one kind of answer would prove nothing. */
  private static void reachedEverything(Fuzz<?> fuzz, List<?> corpus) {
    assertThat(fuzz.seen()).containsExactlyInAnyOrderElementsOf(classes(corpus));
    assertThat(fuzz.messages()).isGreaterThan(Fuzz.INPUTS / 100);
    assertThat(fuzz.needMore()).isGreaterThan(Fuzz.INPUTS / 100);
    assertThat(fuzz.refused()).isGreaterThan(Fuzz.INPUTS / 100);
  }

  @Test
  void start_up_requests() {
    StartupDecoder decoder = new StartupDecoder();
    Fuzz<StartupRequest> fuzz =
        new Fuzz<>(
            decoder::decode, StartupRequest::encode, FuzzInputs.Shape.UNTYPED, PER_BYTE_OF_UTF_8);

    fuzz.run(startupCorpus(), Fuzz.INPUTS);

    reachedEverything(fuzz, Corpus.startup());
  }

  @Test
  void frontend_messages() {
    FrontendDecoder decoder = new FrontendDecoder(WireLimits.DEFAULT);
    Fuzz<FrontendMessage> fuzz =
        new Fuzz<>(decoder::decode, FrontendMessage::encode, FuzzInputs.Shape.TYPED, PER_BYTE);

    fuzz.run(frontendCorpus(), Fuzz.INPUTS);

    reachedEverything(fuzz, Corpus.frontend());
  }

  @Test
  void backend_messages() {
    BackendDecoder decoder = new BackendDecoder(WireLimits.POSTGRES);
    Fuzz<BackendMessage> fuzz =
        new Fuzz<>(decoder::decode, BackendMessage::encode, FuzzInputs.Shape.TYPED, PER_BYTE);

    fuzz.run(backendCorpus(), Fuzz.INPUTS);

    reachedEverything(fuzz, Corpus.backend());
  }

  @Test
  void authentication_responses() {
    AuthenticationResponses decoder = new AuthenticationResponses();
    List<Function<ByteBuf, FrontendMessage>> three =
        List.of(decoder::password, decoder::saslInitialResponse, decoder::saslResponse);
    List<byte[]> corpus = Corpus.authenticationResponses().stream().map(Golden::encoded).toList();

    for (Function<ByteBuf, FrontendMessage> decode : three) {
      Fuzz<FrontendMessage> fuzz =
          new Fuzz<>(decode, FrontendMessage::encode, FuzzInputs.Shape.TYPED, PER_BYTE_OF_UTF_8);

      fuzz.run(corpus, Fuzz.INPUTS / three.size());

      assertThat(fuzz.messages()).isPositive();
      assertThat(fuzz.needMore()).isPositive();
      assertThat(fuzz.refused()).isPositive();
    }
  }
}
