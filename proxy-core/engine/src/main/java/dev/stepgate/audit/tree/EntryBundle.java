package dev.stepgate.audit.tree;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Leaves one after the other, each behind its length in 16 bits, big-endian. */
public final class EntryBundle {

  /** The longest leaf, in bytes. */
  public static final int MAX_LEAF_BYTES = 0xffff;

  /** The longest bundle of 256 leaves, in bytes. */
  public static final int MAX_BYTES = TilePath.WIDTH * (2 + MAX_LEAF_BYTES);

  private EntryBundle() {}

  /** Adds a leaf to a bundle. */
  public static void append(ByteArrayOutputStream bundle, byte[] leaf) {
    if (leaf.length == 0 || leaf.length > MAX_LEAF_BYTES) {
      throw new MalformedException(
          "a leaf has 1 to " + MAX_LEAF_BYTES + " bytes, this one has " + leaf.length);
    }
    bundle.write(leaf.length >>> 8);
    bundle.write(leaf.length);
    bundle.write(leaf, 0, leaf.length);
  }

  /**
   * The leaves of a bundle that holds exactly {@code count}.
   *
   * @throws MalformedException with the number of the entry that is not whole
   */
  public static List<byte[]> split(byte[] bundle, int count) {
    List<byte[]> leaves = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < count; i++) {
      int left = bundle.length - at - 2;
      int length = left < 0 ? 0 : ((bundle[at] & 0xff) << 8) | (bundle[at + 1] & 0xff);
      if (left < 0 || length == 0 || length > left) {
        throw new MalformedException(
            "entry "
                + i
                + " of "
                + count
                + " has "
                + length
                + " bytes, "
                + Math.max(left, 0)
                + " are left");
      }
      leaves.add(Arrays.copyOfRange(bundle, at + 2, at + 2 + length));
      at += 2 + length;
    }
    if (at != bundle.length) {
      throw new MalformedException(
          (bundle.length - at) + " bytes after the last of " + count + " entries");
    }
    return leaves;
  }
}
