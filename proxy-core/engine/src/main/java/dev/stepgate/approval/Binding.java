package dev.stepgate.approval;

import dev.stepgate.session.Bearer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The digest of what people agree to: see {@code docs/specs/approval.md}. */
public final class Binding {

  private static final String DOMAIN = "stepgate-approval 1";

  private final MessageDigest digest;

  private Binding() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The digest, in hexadecimal. Buffers are read from position to limit and left as they were.
   *
   * @param connection the connection's name
   * @param kind the operation's kind
   * @param prepared the message that prepared the statement; empty if none did
   * @param request the messages that will be forwarded
   * @param bearer who asks
   * @param policy the digest of the rules
   * @param reaches what it does to what
   */
  public static String of(
      String connection,
      String kind,
      ByteBuffer prepared,
      ByteBuffer request,
      Bearer bearer,
      String policy,
      List<String> reaches) {
    Binding binding = new Binding();
    binding.text(DOMAIN).text(connection).text(kind).bytes(prepared).bytes(request);
    binding.text(bearer.proof().word());
    bearer.verified().forEach((name, value) -> binding.text(name).text(value));
    binding.text(policy);
    reaches.forEach(binding::text);
    return HexFormat.of().formatHex(binding.digest.digest());
  }

  private Binding text(String text) {
    return bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Binding bytes(ByteBuffer bytes) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.remaining()).flip());
    digest.update(bytes.duplicate());
    return this;
  }
}
