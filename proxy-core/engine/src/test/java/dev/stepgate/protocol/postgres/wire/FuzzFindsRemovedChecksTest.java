package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.stepgate.protocol.postgres.wire.FuzzInputs.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Is the fuzz worth anything? Each check that {@link MessageReader} makes is taken out, alone, and
 * the fuzz must notice.
 */
class FuzzFindsRemovedChecksTest {

  private static final long INPUTS = 200_000;

  /** A reader that lacks one check. */
  private static final class Without extends MessageReader {

    private final String check;

    Without(String check) {
      this.check = check;
    }

    @Override
    void frame(String name, int length, int least, int most) {
      if (!check.equals("frame")) {
        super.frame(name, length, least, most);
      }
    }

    @Override
    void need(int bytes, String field) {
      if (!check.equals("need")) {
        super.need(bytes, field);
      }
    }

    @Override
    int fits(int count, int bytesEach, String field) {
      return check.equals("fits") ? count : super.fits(count, bytesEach, field);
    }

    @Override
    void terminated(int length, String field) {
      if (!check.equals("terminated")) {
        super.terminated(length, field);
      }
    }

    @Override
    void end() {
      if (!check.equals("end")) {
        super.end();
      }
    }
  }

  private static void frontend(MessageReader reader) {
    FrontendDecoder decoder = new FrontendDecoder(WireLimits.DEFAULT, reader);
    run(
        new Fuzz<>(decoder::decode, FrontendMessage::encode, Shape.TYPED, 64),
        DecoderFuzzTest.frontendCorpus());
  }

  private static void backend(MessageReader reader) {
    BackendDecoder decoder = new BackendDecoder(WireLimits.DEFAULT, reader);
    run(
        new Fuzz<>(decoder::decode, BackendMessage::encode, Shape.TYPED, 64),
        DecoderFuzzTest.backendCorpus());
  }

  private static void startup(MessageReader reader) {
    StartupDecoder decoder = new StartupDecoder(reader);
    run(
        new Fuzz<>(decoder::decode, StartupRequest::encode, Shape.UNTYPED, 256),
        DecoderFuzzTest.startupCorpus());
  }

  private static void run(Fuzz<?> fuzz, List<byte[]> corpus) {
    fuzz.run(corpus, INPUTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"frame", "need", "fits", "terminated", "end"})
  void in_frontend_messages(String check) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> frontend(new Without(check)))
        .withMessageContaining("of seed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"frame", "need", "fits", "terminated", "end"})
  void in_backend_messages(String check) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> backend(new Without(check)))
        .withMessageContaining("of seed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"frame", "need", "terminated", "end"})
  void in_start_up_requests(String check) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> startup(new Without(check)))
        .withMessageContaining("of seed");
  }

  @Test
  void and_finds_nothing_where_none_is_removed() {
    assertThatNoException().isThrownBy(() -> frontend(new Without("")));
    assertThatNoException().isThrownBy(() -> backend(new Without("")));
    assertThatNoException().isThrownBy(() -> startup(new Without("")));
  }
}
