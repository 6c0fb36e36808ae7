package dev.stepgate.protocol.postgres.wire;

/**
 * RFC 5802's server-final-message.
 *
 * @param signature the server's proof
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared but in constant time.
record ScramServerFinal(byte[] signature) {

  private static final String PLACE = "SCRAM server-final message";

  static ScramServerFinal parse(byte[] message) {
    ScramAttributes in = new ScramAttributes(PLACE, message, ScramClient.MAX_SERVER_MESSAGE_BYTES);
    if (in.peek() == 'e') {
      throw in.refused("the server refused the exchange");
    }
    byte[] signature = in.base64('v');
    in.extensions(ScramAttributes.END);
    in.end();
    return new ScramServerFinal(signature);
  }

  static WireException refused(String why) {
    return WireException.because(WireException.Fault.SCRAM, PLACE, why);
  }
}
