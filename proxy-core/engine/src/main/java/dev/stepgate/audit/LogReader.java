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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

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
    return VerifierKey.parseLine(read(LogFiles.KEY, VerifierKey.MAX_CHARACTERS));
  }

  /** A tile's first {@code width} hashes; of its full form if the partial one is gone. */
  public List<Hash> tile(int level, long index, int width) {
    String path = TilePath.tile(level, index, width);
    List<Hash> known = tiles.get(path);
    if (known == null) {
      Form form =
          either(
              path,
              width,
              TilePath.tile(level, index, TilePath.WIDTH),
              TilePath.WIDTH * Hash.BYTES);
      known = named(form.path, () -> Tile.decode(form.bytes, form.width)).subList(0, width);
      tiles.put(path, known);
    }
    return known;
  }

  /** An entry bundle's first {@code width} leaves; of its full form if the partial one is gone. */
  public List<byte[]> entries(long index, int width) {
    Form form =
        either(
            TilePath.entries(index, width),
            width,
            TilePath.entries(index, TilePath.WIDTH),
            EntryBundle.MAX_BYTES);
    return named(form.path, () -> EntryBundle.split(form.bytes, form.width)).subList(0, width);
  }

  /**
   * The widths of the partial forms that lie beside a tile or entry bundle, ascending.
   *
   * @param fullPath the path of its full form ({@link TilePath})
   */
  public List<Integer> partialWidths(String fullPath) {
    try (Stream<Path> files = Files.list(directory.resolve(TilePath.partials(fullPath)))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[1-9][0-9]{0,2}"))
          .map(Integer::valueOf)
          .filter(width -> width < TilePath.WIDTH)
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new LogException("cannot list the partial forms of " + fullPath + ": " + e, e);
    }
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

  /** A file of a tile, partial or full, as it was found. */
  private static final class Form {

    private final String path;
    private final int width;
    private final byte[] bytes;

    private Form(String path, int width, byte[] bytes) {
      this.path = path;
      this.width = width;
      this.bytes = bytes;
    }
  }

  /** A writer may remove a partial form at any time once the full one is there. */
  private Form either(String path, int width, String fullPath, int limit) {
    Optional<byte[]> partial = tryRead(path, limit);
    Optional<byte[]> full = partial.isPresent() ? Optional.empty() : tryRead(fullPath, limit);
    if (full.isPresent()) {
      return new Form(fullPath, TilePath.WIDTH, full.get());
    }
    return new Form(path, width, partial.orElseThrow(() -> missing(path)));
  }

  private byte[] read(String path, int limit) {
    return tryRead(path, limit).orElseThrow(() -> missing(path));
  }

  private static MalformedException missing(String path) {
    return new MalformedException(path + " is missing");
  }

  private Optional<byte[]> tryRead(String path, int limit) {
    Path file = directory.resolve(path);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new MalformedException(path + " is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new MalformedException(path + " is longer than " + limit + " bytes");
      }
      return Optional.of(bytes);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LogException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static <T> T named(String path, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (MalformedException e) {
      throw new MalformedException(path + ": " + e.getMessage());
    }
  }
}
