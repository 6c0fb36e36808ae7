package dev.stepgate.audit;

import dev.stepgate.audit.tree.TilePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes tiles, and remembers which the disk may not have yet. A tile that is there stays. */
final class TileFiles {

  private final Path directory;
  private final Disk disk;
  private final Set<Path> files = new LinkedHashSet<>();
  private final Set<Path> directories = new LinkedHashSet<>();

  TileFiles(Path directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /** Writes files by their paths, those that are there already excepted. Not durable yet. */
  void write(Map<String, byte[]> tiles) throws IOException {
    Path unfinished = directory.resolve(LogFiles.UNFINISHED);
    for (Map.Entry<String, byte[]> tile : tiles.entrySet()) {
      Path target = directory.resolve(tile.getKey());
      if (!holds(target, tile.getValue())) {
        makeDirectories(target.getParent());
        disk.write(unfinished, tile.getValue());
        disk.rename(unfinished, target);
      }
      files.add(target);
      directories.add(target.getParent());
    }
  }

  /** Makes durable what was written. */
  void force() throws IOException {
    for (Path file : files) {
      disk.force(file);
    }
    for (Path changed : directories) {
      disk.forceDirectory(changed);
    }
    files.clear();
    directories.clear();
  }

  /** Removes the partial forms of tiles that are full and durable. */
  void removePartials(List<String> full) throws IOException {
    for (String path : full) {
      Path partials = directory.resolve(TilePath.partials(path));
      for (Path file : list(partials)) {
        disk.remove(file);
      }
      disk.remove(partials);
    }
  }

  private static List<Path> list(Path partials) throws IOException {
    if (!Files.isDirectory(partials)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(partials)) {
      return new ArrayList<>(list.sorted().toList());
    }
  }

  private void makeDirectories(Path wanted) throws IOException {
    if (!Files.exists(wanted)) {
      makeDirectories(wanted.getParent());
      disk.makeDirectory(wanted);
      directories.add(wanted.getParent());
    }
  }

  private static boolean holds(Path file, byte[] bytes) throws IOException {
    return Files.exists(file)
        && Files.size(file) == bytes.length
        && Arrays.equals(Files.readAllBytes(file), bytes);
  }
}
