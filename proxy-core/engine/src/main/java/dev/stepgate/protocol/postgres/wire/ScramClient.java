package dev.stepgate.protocol.postgres.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The client's side of one SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange (RFC 5802 and 7677, with
 * PostgreSQL's ways: the user name in the exchange is empty).
 *
 * <pre>
 *   server's mechanisms  --begin-->   client-first
 *   server-first         --answer-->  client-final    takes as long as the iterations do
 *   server-final         --finish-->  the server has proved that it knows the password too
 * </pre>
 */
public final class ScramClient {

  /**
   * The fewest iterations that are answered: below, an eavesdropper guesses too fast (RFC 7677).
   */
  public static final int MIN_ITERATIONS = 4_096;

  /**
   * The most iterations that are answered; about a second. More would let a server take the CPU.
   */
  public static final int MAX_ITERATIONS = 1_000_000;

  /** The longest message of a server that is read, in bytes. Real ones have about 100. */
  public static final int MAX_SERVER_MESSAGE_BYTES = 4_096;

  /** The longest salt that is used, in bytes. PostgreSQL's have 16. */
  public static final int MAX_SALT_BYTES = 1_024;

  /** What this client can say of channel binding. */
  public sealed interface Binding permits NoTls, Tls {}

  /** The connection has no TLS. */
  public record NoTls() implements Binding {}

  /** The connection has TLS, and these are the bytes of {@link TlsServerEndPoint}. */
  public static final class Tls implements Binding {

    private final byte[] data;

    /** The hash of the server's certificate, copied; null where the certificate has none. */
    public Tls(byte[] data) {
      this.data = data == null ? null : data.clone();
    }
  }

  private enum State {
    NEW,
    BEGUN,
    ANSWERED,
    ENDED
  }

  private static final String PLACE_OFFER = "AuthenticationSASL";

  private final SaltedPasswords saltedPasswords;
  private final byte[] password;
  private final byte[] bindingData;
  private final boolean tls;
  private final String clientNonce;

  private State state = State.NEW;
  private String gs2Header;
  private String clientFirstBare;
  private byte[] serverSignature;
  private boolean proved;

  /**
   * An exchange with a fresh nonce.
   *
   * @param password as the user was given it, its text in UTF-8 where it is text; copied, and
   *     prepared as PostgreSQL does
   */
  public ScramClient(byte[] password, Binding binding, SecureRandom random) {
    this(password, binding, new SaltedPasswords(random), random);
  }

  /**
   * An exchange with a fresh nonce.
   *
   * @param salted what was derived before, from this password and others
   */
  public ScramClient(
      byte[] password, Binding binding, SaltedPasswords salted, SecureRandom random) {
    this(password, binding, salted, ScramServer.nonce(random));
  }

  ScramClient(byte[] password, Binding binding, String clientNonce) {
    this(password, binding, new SaltedPasswords(new SecureRandom()), clientNonce);
  }

  private ScramClient(
      byte[] password, Binding binding, SaltedPasswords salted, String clientNonce) {
    this.saltedPasswords = salted;
    this.password = SaslPrep.prepared(password);
    this.tls = binding instanceof Tls;
    this.bindingData = binding instanceof Tls with ? with.data : null;
    this.clientNonce = clientNonce;
  }

  /**
   * Chooses a mechanism and begins with it: with channel binding where server and certificate allow
   * it.
   *
   * @param offered what AuthenticationSASL listed
   * @throws WireException if none is supported, or if one with channel binding is offered without
   *     TLS, which no honest server does
   */
  public SASLInitialResponse begin(List<String> offered) {
    require(State.NEW);
    boolean plusOffered = offered.contains(ScramHash.MECHANISM_PLUS);
    if (plusOffered && !tls) {
      throw refused(ScramHash.MECHANISM_PLUS + " is offered without TLS");
    }
    boolean plus = plusOffered && bindingData != null;
    if (!plus && !offered.contains(ScramHash.MECHANISM)) {
      throw refused("no supported mechanism among " + offered.size() + " offered");
    }
    gs2Header = plus ? "p=" + ScramHash.BINDING_TYPE + ",," : bindingData != null ? "y,," : "n,,";
    clientFirstBare = "n=,r=" + clientNonce;
    state = State.BEGUN;
    return new SASLInitialResponse(
        plus ? ScramHash.MECHANISM_PLUS : ScramHash.MECHANISM,
        (gs2Header + clientFirstBare).getBytes(US_ASCII));
  }

  /**
   * Answers the server's challenge. Takes as long as the server's iterations do: not for an event
   * loop.
   *
   * @throws WireException if the challenge is malformed, is not for this exchange, or asks for too
   *     few or too many iterations
   */
  public SASLResponse answer(AuthenticationSASLContinue challenge) {
    require(State.BEGUN);
    state = State.ENDED;
    return respond(ScramServerFirst.parse(challenge.data(), clientNonce));
  }

  private SASLResponse respond(ScramServerFirst challenge) {
    ByteArrayOutputStream binding = new ByteArrayOutputStream();
    binding.writeBytes(gs2Header.getBytes(US_ASCII));
    if (gs2Header.startsWith("p=")) {
      binding.writeBytes(bindingData);
    }
    Base64.Encoder base64 = Base64.getEncoder();
    String withoutProof =
        "c=" + base64.encodeToString(binding.toByteArray()) + ",r=" + challenge.nonce();
    byte[] auth = (clientFirstBare + "," + challenge.text() + "," + withoutProof).getBytes(UTF_8);
    byte[] salted = saltedPasswords.of(password, challenge.salt(), challenge.iterations());
    Arrays.fill(password, (byte) 0);
    byte[] clientKey = ScramHash.clientKey(salted);
    byte[] signature = ScramHash.hmac(ScramHash.hash(clientKey), auth);
    serverSignature = ScramHash.hmac(ScramHash.serverKey(salted), auth);
    Arrays.fill(salted, (byte) 0);
    state = State.ANSWERED;
    String proof = base64.encodeToString(ScramHash.xor(clientKey, signature));
    return new SASLResponse((withoutProof + ",p=" + proof).getBytes(UTF_8));
  }

  /**
   * Checks that the server knows the password too. Only after this may AuthenticationOk be
   * believed.
   *
   * @throws WireException if the server reports an error or its signature is wrong
   */
  public void finish(AuthenticationSASLFinal last) {
    require(State.ANSWERED);
    state = State.ENDED;
    byte[] signature = ScramServerFinal.parse(last.data()).signature();
    if (!MessageDigest.isEqual(signature, serverSignature)) {
      throw ScramServerFinal.refused("the server's signature is wrong: it knows no password");
    }
    proved = true;
  }

  /** Whether the server has proved that it knows the password. */
  public boolean isServerProved() {
    return proved;
  }

  private static WireException refused(String why) {
    return WireException.because(Fault.SCRAM, PLACE_OFFER, why);
  }

  private void require(State expected) {
    if (state != expected) {
      throw new IllegalStateException("the exchange is " + state + ", not " + expected);
    }
  }
}
