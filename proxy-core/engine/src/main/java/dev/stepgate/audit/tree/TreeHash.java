package dev.stepgate.audit.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The hashes of a Merkle tree (RFC 6962, section 2.1). Not thread-safe; cheap to make. */
public final class TreeHash {

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final MessageDigest digest = sha256();

  /** The root of the tree without leaves. */
  public Hash empty() {
    return Hash.of(digest.digest());
  }

  /** {@code SHA-256(0x00 || leaf)}. */
  public Hash leaf(byte[] leaf) {
    return leaf(leaf, 0, leaf.length);
  }

  /** {@code SHA-256(0x00 || leaf)}, of a leaf within {@code source}. */
  public Hash leaf(byte[] source, int offset, int length) {
    digest.update(LEAF);
    digest.update(source, offset, length);
    return Hash.of(digest.digest());
  }

  /** {@code SHA-256(0x01 || left || right)}. */
  public Hash node(Hash left, Hash right) {
    digest.update(NODE);
    digest.update(left.raw());
    digest.update(right.raw());
    return Hash.of(digest.digest());
  }

  /** {@code SHA-256(bytes)}, of no tree. */
  public static Hash plain(byte[] bytes) {
    return Hash.of(sha256().digest(bytes));
  }

  /** A new SHA-256 digest. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
