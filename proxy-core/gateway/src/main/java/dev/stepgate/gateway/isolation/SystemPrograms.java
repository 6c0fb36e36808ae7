package dev.stepgate.gateway.isolation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the system's own programs are. A job's PATH is never asked. */
final class SystemPrograms {

  static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  private SystemPrograms() {}

  /** The program's full path, if the system has it. */
  static Optional<String> find(String name) {
    for (String directory : List.of(PATH.split(":"))) {
      Path program = Path.of(directory, name);
      if (Files.isExecutable(program)) {
        return Optional.of(program.toString());
      }
    }
    return Optional.empty();
  }
}
