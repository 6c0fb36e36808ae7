package dev.stepgate.e2e;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A PostgreSQL client of single messages, for what no driver would do. Logs in with SCRAM; nothing
 * of the gateway's own code is used.
 */
final class RawClient implements AutoCloseable {

  private static final int PROTOCOL_3_0 = 3 << 16;
  private static final Map<String, byte[]> SALTED = new ConcurrentHashMap<>();

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /**
   * One message of the server's.
   *
   * @param type its letter
   * @param length how long its body is
   * @param body its body; only the beginning of a very long one
   */
  record Message(char type, long length, ByteBuffer body) {}

  /**
   * Connects to where the PG variables lead and says nothing yet; to the loopback port if they lead
   * to a Unix socket, which a Socket cannot reach.
   */
  RawClient(Map<String, String> variables) throws IOException {
    String host = variables.get("PGHOST");
    int port = Integer.parseInt(variables.get("PGPORT"));
    socket = new Socket(host.startsWith("/") ? "127.0.0.1" : host, port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 9));
    out = socket.getOutputStream();
  }

  /** Connects and logs in; the server is ready when this returns. */
  static RawClient login(Map<String, String> variables) throws IOException {
    RawClient client = new RawClient(variables);
    client.startup(variables);
    client.authenticate(variables.get("PGPASSWORD"));
    client.until('Z');
    return client;
  }

  /** Sends a StartupMessage. */
  void startup(Map<String, String> variables) throws IOException {
    String parameters =
        "user\0" + variables.get("PGUSER") + "\0database\0" + variables.get("PGDATABASE") + "\0\0";
    byte[] body = parameters.getBytes(StandardCharsets.UTF_8);
    out.write(
        ByteBuffer.allocate(8 + body.length)
            .putInt(8 + body.length)
            .putInt(PROTOCOL_3_0)
            .put(body)
            .array());
  }

  /** Sends bytes as they are. */
  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** Sends one message. */
  void send(char type, byte[] body) throws IOException {
    out.write(
        ByteBuffer.allocate(5 + body.length)
            .put((byte) type)
            .putInt(4 + body.length)
            .put(body)
            .array());
  }

  /** Sends a Query. */
  void query(String sql) throws IOException {
    send('Q', (sql + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** Reads messages until one of {@code type}, which it returns; an ErrorResponse ends it too. */
  Message until(char type) throws IOException {
    Message message = read();
    while (message.type() != type && message.type() != 'E') {
      message = read();
    }
    return message;
  }

  /** Reads one message; of a body longer than 64 KiB all but the beginning is thrown away. */
  Message read() throws IOException {
    char type = (char) in.readUnsignedByte();
    long length = (in.readInt() & 0xffffffffL) - 4;
    byte[] body = new byte[(int) Math.min(length, 1 << 16)];
    in.readFully(body);
    long left = length - body.length;
    byte[] bin = new byte[1 << 16];
    while (left > 0) {
      int got = in.read(bin, 0, (int) Math.min(left, bin.length));
      if (got < 0) {
        throw new EOFException(left + " bytes missing of a message of " + length);
      }
      left -= got;
    }
    return new Message(type, length, ByteBuffer.wrap(body).asReadOnlyBuffer());
  }

  /** Gives the socket, for those who want to leave it rudely. */
  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Answers the server's SCRAM-SHA-256 (RFC 5802, RFC 7677), and checks the server's proof. */
  void authenticate(String password) throws IOException {
    try {
      expect(until('R'), 10);
      String nonce = "n" + System.nanoTime();
      String bare = "n=,r=" + nonce;
      byte[] first = ("n,," + bare).getBytes(StandardCharsets.US_ASCII);
      byte[] mechanism = "SCRAM-SHA-256\0".getBytes(StandardCharsets.US_ASCII);
      ByteBuffer body = ByteBuffer.allocate(mechanism.length + 4 + first.length);
      send('p', body.put(mechanism).putInt(first.length).put(first).array());

      String challenge = expect(until('R'), 11);
      String combined = value(challenge, 'r');
      byte[] salted =
          salted(password, value(challenge, 's'), Integer.parseInt(value(challenge, 'i')));
      byte[] clientKey = hmac(salted, "Client Key");
      String withoutProof = "c=biws,r=" + combined;
      String authMessage = bare + "," + challenge + "," + withoutProof;
      byte[] proof = hmac(sha256(clientKey), authMessage);
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= clientKey[i];
      }
      String last = withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
      send('p', last.getBytes(StandardCharsets.US_ASCII));

      String signature = value(expect(until('R'), 12), 'v');
      byte[] expected = hmac(hmac(salted, "Server Key"), authMessage);
      if (!signature.equals(Base64.getEncoder().encodeToString(expected))) {
        throw new IOException("the server does not know the password's verifier");
      }
      expect(until('R'), 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String expect(Message message, int code) throws IOException {
    if (message.type() != 'R' || message.body().getInt(0) != code) {
      throw new IOException(
          "authentication " + code + " expected, got " + message.type() + " " + text(message, 0));
    }
    return text(message, 4);
  }

  static String text(Message message, int from) {
    return StandardCharsets.UTF_8.decode(message.body().duplicate().position(from)).toString();
  }

  private static String value(String attributes, char name) throws IOException {
    for (String attribute : attributes.split(",")) {
      if (attribute.startsWith(name + "=")) {
        return attribute.substring(2);
      }
    }
    throw new IOException("no " + name + " in " + attributes);
  }

  private static byte[] salted(String password, String salt, int iterations) {
    return SALTED.computeIfAbsent(
        password + salt + iterations,
        key -> {
          try {
            PBEKeySpec spec =
                new PBEKeySpec(
                    password.toCharArray(), Base64.getDecoder().decode(salt), iterations, 256);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static byte[] hmac(byte[] key, String words) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(words.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
