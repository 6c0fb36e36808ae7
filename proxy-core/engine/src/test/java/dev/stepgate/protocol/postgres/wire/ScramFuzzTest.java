package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * The four SCRAM messages, and a server's exchange as a whole. A client's answer costs thousands of
 * hashes, so what it reads is fuzzed without them.
 */
class ScramFuzzTest {

  /** A byte becomes a character, is decoded from base 64, written again and compared. */
  private static final int PER_BYTE = 256;

  /** Each side reads two messages. */
  private static final long INPUTS = Fuzz.INPUTS / 2;

  private static final ScramVerifier VERIFIER =
      ScramVerifier.of(Corpus.ascii("pencil"), new byte[16], 1);

  private static void fuzz(String one, String other, long inputs, Function<byte[], Object> read) {
    Fuzz<Object> fuzz =
        new Fuzz<>(
            in -> read.apply(ByteBufUtil.getBytes(in)), null, FuzzInputs.Shape.BARE, PER_BYTE);

    fuzz.run(List.of(Corpus.ascii(one), Corpus.ascii(other)), inputs);

    assertThat(fuzz.messages()).isGreaterThan(inputs / 100);
    assertThat(fuzz.refused()).isGreaterThan(inputs / 100);
  }

  @Test
  void client_first() {
    fuzz(
        "n,,n=user,r=abc,x=1", "p=tls-server-end-point,,n=,r=abc", INPUTS, ScramClientFirst::parse);
  }

  @Test
  void server_first() {
    fuzz(
        "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=abcdef,s=AAAA,i=1000000,x=1",
        INPUTS,
        message -> ScramServerFirst.parse(message, "abc"));
  }

  @Test
  void client_final() {
    fuzz(
        "c=biws,r=abcd,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "c=eSws,r=abcd,x=1,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        INPUTS,
        ScramClientFinal::parse);
  }

  @Test
  void server_final() {
    fuzz(
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "v=AAAA,x=1",
        INPUTS,
        ScramServerFinal::parse);
  }

  @Test
  void no_client_gets_past_a_server_without_the_password() {
    long inputs = Fuzz.INPUTS / 10;
    fuzz(
        "c=biws,r=abcXYZ,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "c=biws,r=abcXYZ,x=1,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        inputs,
        message -> {
          ScramServer server = new ScramServer(VERIFIER, null, "XYZ");
          server.first(new SASLInitialResponse("SCRAM-SHA-256", Corpus.ascii("n,,n=,r=abc")));
          return server.last(new SASLResponse(message)) == null ? "no proof" : fail("let in");
        });
  }
}
