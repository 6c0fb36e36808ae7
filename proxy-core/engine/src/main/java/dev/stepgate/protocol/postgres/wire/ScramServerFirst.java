package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.Base64;

/**
 * RFC 5802's server-first-message.
 *
 * @param text the whole, which both sides prove to have seen
 * @param nonce the client's and the server's
 * @param salt of the verifier
 * @param iterations of the verifier
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; it lives for one exchange.
record ScramServerFirst(String text, String nonce, byte[] salt, int iterations) {

  private static final String PLACE = "SCRAM server-first message";

  static ScramServerFirst of(String nonce, ScramVerifier verifier) {
    String salt = Base64.getEncoder().encodeToString(verifier.salt());
    String text = "r=" + nonce + ",s=" + salt + ",i=" + verifier.iterations();
    return new ScramServerFirst(text, nonce, verifier.salt(), verifier.iterations());
  }

  /** Reads it and keeps a client from what it must not do: the limits are {@link ScramClient}'s. */
  static ScramServerFirst parse(byte[] message, String clientNonce) {
    ScramAttributes in = new ScramAttributes(PLACE, message, ScramClient.MAX_SERVER_MESSAGE_BYTES);
    String text = in.rest();
    in.noMandatoryExtension();
    String nonce = in.nonce();
    if (!nonce.startsWith(clientNonce) || nonce.length() == clientNonce.length()) {
      throw in.refused("the nonce does not extend ours");
    }
    byte[] salt = in.base64('s');
    checkSalt(salt.length);
    int iterations = iterations(in);
    in.extensions(ScramAttributes.END);
    in.end();
    return new ScramServerFirst(text, nonce, salt, iterations);
  }

  private static void checkSalt(int length) {
    if (length == 0) {
      throw WireException.beyond(Fault.SCRAM, PLACE, "salt bytes", length, 1);
    }
    if (length > ScramClient.MAX_SALT_BYTES) {
      throw WireException.beyond(
          Fault.LIMIT, PLACE, "salt bytes", length, ScramClient.MAX_SALT_BYTES);
    }
  }

  private static int iterations(ScramAttributes in) {
    long iterations = in.number('i');
    if (iterations < ScramClient.MIN_ITERATIONS) {
      throw WireException.beyond(
          Fault.LIMIT, PLACE, "iterations", iterations, ScramClient.MIN_ITERATIONS);
    }
    if (iterations > ScramClient.MAX_ITERATIONS) {
      throw WireException.beyond(
          Fault.LIMIT, PLACE, "iterations", iterations, ScramClient.MAX_ITERATIONS);
    }
    return (int) iterations;
  }
}
