package dev.stepgate.audit.tree;

/** Where tiles lie below a log's directory (C2SP tlog-tiles, "Merkle Tree" and "Log entries"). */
public final class TilePath {

  /** How many hashes or entries a full tile has. */
  public static final int WIDTH = 256;

  /** A tile is a full subtree of this height. */
  public static final int HEIGHT = 8;

  private static final int GROUP = 1000;

  private TilePath() {}

  /** {@code tile/<L>/<N>}, with {@code .p/<W>} if the width is below 256. */
  public static String tile(int level, long index, int width) {
    return "tile/" + level + "/" + number(index) + partial(width);
  }

  /** {@code tile/entries/<N>}, with {@code .p/<W>} if the width is below 256. */
  public static String entries(long index, int width) {
    return "tile/entries/" + number(index) + partial(width);
  }

  /** The directory of a tile's partial forms: {@code tile/<L>/<N>.p}. */
  public static String partials(String fullTile) {
    return fullTile + ".p";
  }

  /** How many hashes the partial tile of that level has in a tree of that size; 0 if none. */
  public static int width(int level, long size) {
    return level * HEIGHT >= Long.SIZE ? 0 : (int) (size >>> (level * HEIGHT)) & (WIDTH - 1);
  }

  /** How many full tiles that level has in a tree of that size. */
  public static long full(int level, long size) {
    int shift = (level + 1) * HEIGHT;
    return shift >= Long.SIZE ? 0 : size >>> shift;
  }

  private static String partial(int width) {
    if (width < 1 || width > WIDTH) {
      throw new IllegalArgumentException("a tile is 1 to " + WIDTH + " wide, not " + width);
    }
    return width == WIDTH ? "" : ".p/" + width;
  }

  private static String number(long index) {
    StringBuilder path = new StringBuilder(String.format("%03d", index % GROUP));
    for (long rest = index / GROUP; rest > 0; rest /= GROUP) {
      path.insert(0, String.format("x%03d/", rest % GROUP));
    }
    return path.toString();
  }
}
