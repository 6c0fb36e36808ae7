package dev.stepgate.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file that holds the secret as its only line. Read at each login, never kept; refused if anybody
 * but its owner may read or write it by then.
 *
 * @param path the file
 */
public record FileSource(Path path) implements SecretSource {

  private static final Set<PosixFilePermission> FOR_OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  @Override
  public Secret read() throws CredentialException {
    try (InputStream in = Files.newInputStream(path)) {
      if (Files.getPosixFilePermissions(path).stream().anyMatch(FOR_OTHERS::contains)) {
        throw new CredentialException(
            describe() + " may be read or written by others (chmod 600 makes it its owner's)");
      }
      // One line break may follow the secret, and one byte more tells that it is too long.
      return Secret.fromLine(in.readNBytes(Secret.MAX_BYTES + 3), describe());
    } catch (NoSuchFileException e) {
      throw new CredentialException(describe() + " does not exist");
    } catch (IOException e) {
      throw new CredentialException(describe() + " cannot be read: " + e.getMessage());
    }
  }

  @Override
  public String describe() {
    return "file " + path;
  }
}
