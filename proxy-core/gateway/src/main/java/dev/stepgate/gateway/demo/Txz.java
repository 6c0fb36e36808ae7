package dev.stepgate.gateway.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks a {@code .txz} of programs into a directory of its own. */
final class Txz {

  private static final int MEMORY_LIMIT_KIB = 128 << 10;
  private static final long MAX_BYTES = 512L << 20;
  private static final int OWNER_EXECUTE = 0100;

  private Txz() {}

  /** Unpacks; every file may then be read by everybody, and run by everybody if it is a program. */
  static void unpack(InputStream txz, Path target) throws IOException {
    long total = 0;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(txz, MEMORY_LIMIT_KIB))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        total += entry.getSize();
        if (total > MAX_BYTES) {
          throw new IOException("the archive holds more than " + MAX_BYTES + " bytes");
        }
        place(tar, entry, inside(target, target.resolve(entry.getName())), target);
      }
    }
  }

  private static void place(
      TarArchiveInputStream tar, TarArchiveEntry entry, Path path, Path target) throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      inside(target, path.resolveSibling(entry.getLinkName()));
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isFile()) {
      Files.copy(tar, path);
      boolean program = (entry.getMode() & OWNER_EXECUTE) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static Path inside(Path target, Path path) throws IOException {
    Path normal = path.normalize();
    if (!normal.startsWith(target)) {
      throw new IOException("the archive holds a path that leaves its directory: " + path);
    }
    return normal;
  }
}
