package dev.stepgate.protocol.postgres.wire;

/**
 * RFC 5802's client-first-message.
 *
 * @param flag how the client sees channel binding: {@code n}, {@code y} or {@code p=} and a type
 * @param gs2Header the message's beginning with that flag, to be repeated in the final message
 * @param bare the rest
 * @param nonce the client's
 */
record ScramClientFirst(String flag, String gs2Header, String bare, String nonce) {

  private static final String PLACE = "SCRAM client-first message";

  static ScramClientFirst parse(byte[] message) {
    ScramAttributes in =
        new ScramAttributes(PLACE, message, AuthenticationResponses.MAX_SASL_BYTES);
    String flag = in.field();
    if (!flag.equals("n") && !flag.equals("y") && !flag.startsWith("p=")) {
      throw in.refused("the channel binding flag is none of n, y and p");
    }
    if (!in.field().isEmpty()) {
      throw in.refused("an authorization identity is not supported");
    }
    String gs2Header = in.before();
    String bare = in.rest();
    in.noMandatoryExtension();
    in.value('n');
    String nonce = in.nonce();
    in.extensions(ScramAttributes.END);
    in.end();
    return new ScramClientFirst(flag, gs2Header, bare, nonce);
  }

  static WireException refused(String why) {
    return WireException.because(WireException.Fault.SCRAM, PLACE, why);
  }
}
