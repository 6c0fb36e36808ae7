package dev.stepgate.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A disk that knows what it would hold had the machine died just now: bytes that were not forced
 * and names whose directory was not forced may be there or not. After each step it asks a witness.
 */
final class MortalDisk implements Disk {

  /** What happens to what was not made durable. */
  enum Death {
    /** The process died: all that was written is there. */
    OF_THE_PROCESS,
    /** The machine died: nothing is there that was not forced. */
    OF_THE_MACHINE,
    /** The machine died: some of it is there, by chance; files that were being written are torn. */
    BY_HALVES
  }

  /** Called after each step. */
  @FunctionalInterface
  interface Witness {
    void after(String step) throws IOException;
  }

  private static final class Inode {
    private byte[] now = {};
    private byte[] durable = {};
  }

  private final Disk real = new LocalDisk();
  private final Path root;
  private final Map<Path, Inode> names = new TreeMap<>();
  private final Map<Path, Inode> durableNames = new TreeMap<>();
  private final Map<Path, Boolean> directories = new LinkedHashMap<>();
  private Witness witness = step -> {};

  /** Of all below a directory; what is there already is durable. */
  MortalDisk(Path root) throws IOException {
    this.root = root;
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        if (Files.isDirectory(path)) {
          directories.put(path, true);
        } else {
          Inode inode = new Inode();
          inode.now = Files.readAllBytes(path);
          inode.durable = inode.now;
          names.put(path, inode);
          durableNames.put(path, inode);
        }
      }
    }
  }

  void witness(Witness seer) {
    this.witness = seer;
  }

  /** Lays out what would be left, in another directory. */
  void leave(Path target, Death death, Random chance) throws IOException {
    for (Map.Entry<Path, Boolean> directory : directories.entrySet()) {
      boolean survives =
          death == Death.OF_THE_PROCESS
              || directory.getValue()
              || (death == Death.BY_HALVES && chance.nextBoolean());
      if (survives && Files.isDirectory(moved(directory.getKey(), target).getParent())) {
        Files.createDirectories(moved(directory.getKey(), target));
      }
    }
    Map<Path, Inode> left = new TreeMap<>(death == Death.OF_THE_PROCESS ? names : durableNames);
    if (death == Death.BY_HALVES) {
      names.forEach((path, inode) -> sometimes(chance, () -> left.put(path, inode)));
      durableNames.forEach(
          (path, inode) -> {
            if (!names.containsKey(path)) {
              sometimes(chance, () -> left.remove(path));
            }
          });
    }
    for (Map.Entry<Path, Inode> file : left.entrySet()) {
      Path copy = moved(file.getKey(), target);
      if (Files.isDirectory(copy.getParent())) {
        real.write(copy, content(file.getValue(), death, chance));
      }
    }
  }

  private static byte[] content(Inode inode, Death death, Random chance) {
    return switch (death) {
      case OF_THE_PROCESS -> inode.now;
      case OF_THE_MACHINE -> inode.durable;
      case BY_HALVES -> torn(inode, chance);
    };
  }

  private static byte[] torn(Inode inode, Random chance) {
    if (Arrays.equals(inode.now, inode.durable) || chance.nextBoolean()) {
      return inode.now;
    }
    byte[] torn = Arrays.copyOf(inode.durable, Math.max(inode.now.length, inode.durable.length));
    System.arraycopy(inode.now, 0, torn, 0, chance.nextInt(inode.now.length + 1));
    return torn;
  }

  private static void sometimes(Random chance, Runnable action) {
    if (chance.nextBoolean()) {
      action.run();
    }
  }

  private Path moved(Path path, Path target) {
    return target.resolve(root.relativize(path).toString());
  }

  @Override
  public void write(Path file, byte[] bytes) throws IOException {
    real.write(file, bytes);
    names.computeIfAbsent(file, path -> new Inode()).now = bytes.clone();
    witness.after("write " + file.getFileName());
  }

  @Override
  public void overwrite(Path file, byte[] bytes) throws IOException {
    real.overwrite(file, bytes);
    Inode inode = names.computeIfAbsent(file, path -> new Inode());
    byte[] all = Arrays.copyOf(inode.now, Math.max(inode.now.length, bytes.length));
    System.arraycopy(bytes, 0, all, 0, bytes.length);
    inode.now = all;
    witness.after("write over " + file.getFileName());
    inode.durable = all;
    witness.after("force what was written over " + file.getFileName());
  }

  @Override
  public void force(Path file) throws IOException {
    names.get(file).durable = names.get(file).now;
    witness.after("force " + file.getFileName());
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    real.rename(from, to);
    names.put(to, names.remove(from));
    witness.after("rename to " + to.getFileName());
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    real.makeDirectory(directory);
    directories.put(directory, false);
    witness.after("make " + directory.getFileName());
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    durableNames.keySet().removeIf(path -> path.getParent().equals(directory));
    names.forEach(
        (path, inode) -> {
          if (path.getParent().equals(directory)) {
            durableNames.put(path, inode);
          }
        });
    directories.replaceAll((path, durable) -> durable || path.getParent().equals(directory));
    witness.after("force directory " + directory.getFileName());
  }

  @Override
  public void remove(Path path) throws IOException {
    real.remove(path);
    names.remove(path);
    directories.remove(path);
    witness.after("remove " + path.getFileName());
  }
}
