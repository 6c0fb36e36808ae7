package dev.stepgate.protocol.postgres.wire;

/**
 * RFC 5802's client-final-message.
 *
 * @param binding the gs2 header and the channel binding's data
 * @param nonce the client's and the server's
 * @param withoutProof all but the proof
 * @param proof as long as a hash
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; it lives for one exchange.
record ScramClientFinal(byte[] binding, String nonce, String withoutProof, byte[] proof) {

  private static final String PLACE = "SCRAM client-final message";

  static ScramClientFinal parse(byte[] message) {
    ScramAttributes in =
        new ScramAttributes(PLACE, message, AuthenticationResponses.MAX_SASL_BYTES);
    byte[] binding = in.base64('c');
    String nonce = in.nonce();
    in.extensions('p');
    String before = in.before();
    byte[] proof = in.base64('p');
    in.end();
    if (proof.length != ScramHash.BYTES) {
      throw WireException.beyond(
          WireException.Fault.SCRAM, PLACE, "proof bytes", proof.length, ScramHash.BYTES);
    }
    return new ScramClientFinal(binding, nonce, before.substring(0, before.length() - 1), proof);
  }

  static WireException refused(String why) {
    return WireException.because(WireException.Fault.SCRAM, PLACE, why);
  }
}
