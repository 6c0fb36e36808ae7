package dev.stepgate.audit;

import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.EntryBundle;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.Proofs;
import dev.stepgate.audit.tree.Tile;
import dev.stepgate.audit.tree.TilePath;
import dev.stepgate.audit.tree.TreeHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a log's directory, which a writer may be extending. Believes nothing: what it returns has
 * the right form, not the right hash. Not thread-safe.
 *
 * <p>Every method throws {@link MalformedException} with the file's path within the log if a file
 * is missing, too large or of no form, and {@link LogException} if the disk fails.
 */
public final class LogReader {

  private static final int CACHED_TILES = 64;

  private final Path directory;
  private final Map<String, List<Hash>> tiles =
      new LinkedHashMap<>(CACHED_TILES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Hash>> eldest) {
          return size() > CACHED_TILES;
        }
      };

  /** Of the log in that directory. */
  public LogReader(Path directory) {
    this.directory = directory;
  }

  /** The latest checkpoint's note, as it lies there. */
  public byte[] checkpoint() {
    return read(LogFiles.CHECKPOINT, Note.MAX_BYTES);
  }

  /**
   * The verifier key that lies with the log: whoever trusts the log only because of it trusts
   * nobody.
   */
  public VerifierKey key() {
    byte[] text = read(LogFiles.KEY, VerifierKey.MAX_CHARACTERS);
    return VerifierKey.parse(new String(text, StandardCharsets.UTF_8));
  }

  /** A tile's first {@code width} hashes; of its full form if the partial one is gone. */
  public List<Hash> tile(int level, long index, int width) {
    String path = TilePath.tile(level, index, width);
    List<Hash> known = tiles.get(path);
    if (known == null) {
      byte[] bytes =
          readEither(
              path, TilePath.tile(level, index, TilePath.WIDTH), TilePath.WIDTH * Hash.BYTES);
      known = named(path, () -> Tile.decode(bytes, width));
      tiles.put(path, known);
    }
    return known;
  }

  /**
   * The first {@code width} leaves of an entry bundle; of its full form if the partial one is gone.
   */
  public List<byte[]> entries(long index, int width) {
    String partial = TilePath.entries(index, width);
    String full = TilePath.entries(index, TilePath.WIDTH);
    if (exists(partial)) {
      byte[] bytes = read(partial, EntryBundle.MAX_BYTES);
      return named(partial, () -> EntryBundle.split(bytes, width));
    }
    byte[] bytes =
        read(width < TilePath.WIDTH && !exists(full) ? partial : full, EntryBundle.MAX_BYTES);
    return named(full, () -> EntryBundle.split(bytes, TilePath.WIDTH)).subList(0, width);
  }

  /** One leaf of the log's first {@code size}. */
  public byte[] leaf(long index, long size) {
    long bundle = index / TilePath.WIDTH;
    return entries(bundle, widthOf(bundle, size)).get((int) (index % TilePath.WIDTH));
  }

  /** How many leaves the entry bundle has in a log of that size. */
  public static int widthOf(long bundle, long size) {
    return (int) Math.min(TilePath.WIDTH, size - bundle * TilePath.WIDTH);
  }

  /** Makes proofs about the log's first {@code size} leaves and any start of them. */
  public Proofs proofs(long size) {
    return new Proofs((height, index) -> subtree(height, index, size));
  }

  private Hash subtree(int height, long index, long size) {
    int level = height / TilePath.HEIGHT;
    int above = height % TilePath.HEIGHT;
    long first = index << above;
    long tile = first / TilePath.WIDTH;
    int from = (int) (first % TilePath.WIDTH);
    int width = tile < TilePath.full(level, size) ? TilePath.WIDTH : TilePath.width(level, size);
    return Tile.fold(tile(level, tile, width).subList(from, from + (1 << above)), new TreeHash());
  }

  private boolean exists(String path) {
    return Files.exists(directory.resolve(path));
  }

  private byte[] readEither(String path, String otherwise, int limit) {
    return read(exists(path) || !exists(otherwise) ? path : otherwise, limit);
  }

  private byte[] read(String path, int limit) {
    Path file = directory.resolve(path);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new MalformedException(path + " is longer than " + limit + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new MalformedException(path + " is missing");
    } catch (IOException e) {
      throw new LogException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static <T> T named(String path, java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (MalformedException e) {
      throw new MalformedException(path + ": " + e.getMessage());
    }
  }
}
