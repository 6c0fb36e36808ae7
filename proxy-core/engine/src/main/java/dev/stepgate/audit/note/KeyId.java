package dev.stepgate.audit.note;

import dev.stepgate.audit.tree.TreeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The short name of a key within notes (C2SP signed-note, "Signatures"). */
final class KeyId {

  /** Signature type: Ed25519 over the note's text. */
  static final byte ED25519 = 1;

  /** The length of a raw Ed25519 public key or seed, in bytes. */
  static final int KEY_BYTES = 32;

  private KeyId() {}

  /** The first four bytes of {@code SHA-256(name || 0x0A || 0x01 || public key)}, big-endian. */
  static int of(String name, byte[] publicKey) {
    MessageDigest digest = TreeHash.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    digest.update(ED25519);
    digest.update(publicKey);
    return ByteBuffer.wrap(digest.digest()).getInt();
  }

  static String hex(int id) {
    return String.format("%08x", id);
  }
}
