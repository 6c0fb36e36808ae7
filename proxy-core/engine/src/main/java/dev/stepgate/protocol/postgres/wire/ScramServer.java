package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The server's side of one SCRAM-SHA-256 exchange (RFC 5802 and 7677, with PostgreSQL's ways: the
 * user name in the exchange is ignored, the one of the start-up message counts).
 *
 * <pre>
 *   client-first  --first-->  server-first
 *   client-final  --last--->  server-final, or null: the proof is wrong
 * </pre>
 *
 * Neither step takes long: a server needs no iterations.
 */
public final class ScramServer {

  private enum State {
    BEGUN,
    CHALLENGED,
    ENDED
  }

  private static final int NONCE_BYTES = 18;

  private final ScramVerifier verifier;
  private final byte[] bindingData;
  private final String serverNonce;

  private State state = State.BEGUN;
  private String gs2Header;
  private String nonce;
  private String conversation;
  private boolean bound;

  /**
   * An exchange with a fresh nonce.
   *
   * @param verifier the user's, or a mock
   * @param bindingData the hash of this server's certificate ({@link TlsServerEndPoint}), or null
   *     to offer no channel binding
   */
  public ScramServer(ScramVerifier verifier, byte[] bindingData, SecureRandom random) {
    this(verifier, bindingData, nonce(random));
  }

  ScramServer(ScramVerifier verifier, byte[] bindingData, String serverNonce) {
    this.verifier = verifier;
    this.bindingData = bindingData == null ? null : bindingData.clone();
    this.serverNonce = serverNonce;
  }

  static String nonce(SecureRandom random) {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** What to put into AuthenticationSASL. */
  public List<String> mechanisms() {
    return bindingData == null
        ? List.of(ScramHash.MECHANISM)
        : List.of(ScramHash.MECHANISM_PLUS, ScramHash.MECHANISM);
  }

  /**
   * Takes the client's first message and answers with the server's.
   *
   * @param response what SASLInitialResponse carried
   * @throws WireException if the message is malformed, chooses what was not offered, or asks for
   *     something that is not supported
   */
  public byte[] first(SASLInitialResponse response) {
    require(State.BEGUN);
    state = State.ENDED;
    if (!mechanisms().contains(response.mechanism())) {
      throw ScramClientFirst.refused("that mechanism was not offered");
    }
    byte[] data = response.data();
    if (data == null) {
      throw ScramClientFirst.refused("it is missing");
    }
    ScramClientFirst first = ScramClientFirst.parse(data);
    bound = isBound(first.flag(), response.mechanism().equals(ScramHash.MECHANISM_PLUS));
    gs2Header = first.gs2Header();
    ScramServerFirst challenge = ScramServerFirst.of(first.nonce() + serverNonce, verifier);
    nonce = challenge.nonce();
    conversation = first.bare() + "," + challenge.text();
    state = State.CHALLENGED;
    return challenge.text().getBytes(US_ASCII);
  }

  /** RFC 5802, section 6: the flag must fit what was offered and what was chosen. */
  private boolean isBound(String flag, boolean plus) {
    boolean bind = flag.startsWith("p=");
    if (bind && !plus) {
      throw ScramClientFirst.refused("channel binding needs " + ScramHash.MECHANISM_PLUS);
    }
    if (bind && !flag.equals("p=" + ScramHash.BINDING_TYPE)) {
      throw ScramClientFirst.refused("that type of channel binding is not supported");
    }
    if (!bind && plus) {
      throw ScramClientFirst.refused(ScramHash.MECHANISM_PLUS + " needs channel binding");
    }
    if (flag.equals("y") && bindingData != null) {
      throw ScramClientFirst.refused("the client was led to believe that binding is not offered");
    }
    return bind;
  }

  /**
   * Takes the client's final message and answers with the server's signature; or null if the proof
   * is wrong, for whatever reason, and then the user is refused.
   *
   * @param response what SASLResponse carried
   * @throws WireException if the message is malformed or not the answer to this exchange
   */
  public byte[] last(SASLResponse response) {
    require(State.CHALLENGED);
    state = State.ENDED;
    ScramClientFinal last = ScramClientFinal.parse(response.data());
    if (!MessageDigest.isEqual(last.binding(), expectedBinding())) {
      throw ScramClientFinal.refused("the channel binding is not the one that it began with");
    }
    if (!MessageDigest.isEqual(last.nonce().getBytes(US_ASCII), nonce.getBytes(US_ASCII))) {
      throw ScramClientFinal.refused("the nonce is not the one of this exchange");
    }
    String auth = conversation + "," + last.withoutProof();
    return verify(auth.getBytes(UTF_8), last.proof());
  }

  private byte[] expectedBinding() {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(gs2Header.getBytes(US_ASCII));
    if (bound) {
      expected.writeBytes(bindingData);
    }
    return expected.toByteArray();
  }

  private byte[] verify(byte[] auth, byte[] proof) {
    byte[] signature = ScramHash.hmac(verifier.storedKey(), auth);
    byte[] claimed = ScramHash.hash(ScramHash.xor(proof, signature));
    boolean proved = MessageDigest.isEqual(claimed, verifier.storedKey());
    // Everything was computed for a mock too, so that it takes no less time.
    if (!proved || verifier.isMock()) {
      return null;
    }
    byte[] own = ScramHash.hmac(verifier.serverKey(), auth);
    return ("v=" + Base64.getEncoder().encodeToString(own)).getBytes(US_ASCII);
  }

  private void require(State expected) {
    if (state != expected) {
      throw new IllegalStateException("the exchange is " + state + ", not " + expected);
    }
  }
}
