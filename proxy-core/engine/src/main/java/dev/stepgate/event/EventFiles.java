package dev.stepgate.event;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The events files of a state directory, by number. */
public final class EventFiles {

  /** The directory's name in the state directory. */
  public static final String DIRECTORY = "events";

  /** All files together are kept to so many bytes; the oldest go first. */
  public static final long MAX_BYTES = 256L << 20;

  /** Most files that are kept: an in-process gateway makes one for each step that is refused. */
  static final int MAX_FILES = 4096;

  private static final Pattern NAME = Pattern.compile("([0-9]{6,9})\\.jsonl");

  private final Path directory;

  /** Those of the state directory {@code state}. */
  public EventFiles(Path state) {
    directory = state.resolve(DIRECTORY);
  }

  /** Where file {@code number} is. */
  public Path file(int number) {
    return directory.resolve(name(number));
  }

  /** Its name, {@code 000001.jsonl}. */
  public static String name(int number) {
    return String.format("%06d.jsonl", number);
  }

  /** The numbers of the files that are there, ascending. */
  public List<Integer> numbers() throws IOException {
    List<Integer> numbers = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        for (Path file : files) {
          Matcher name = NAME.matcher(file.getFileName().toString());
          if (name.matches()) {
            numbers.add(Integer.valueOf(name.group(1)));
          }
        }
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  /**
   * Whether files that were there before can have been removed to make room: they are only where
   * what is newer leaves them none, and that stays until it is removed itself.
   *
   * @param files how many are there
   * @param bytes how long these are together
   */
  public static boolean mayHaveExpired(int files, long bytes) {
    long oneMore = EventWriter.MAX_FILE_BYTES + EventWriter.MAX_LINE;
    return bytes > MAX_BYTES - oneMore || files >= MAX_FILES - 1;
  }

  /** A place for the next file; makes the directory, and room by removing the oldest. */
  int next(int atLeast) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    List<Integer> numbers = numbers();
    expire(numbers);
    return Math.max(atLeast, numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1);
  }

  private void expire(List<Integer> numbers) throws IOException {
    long bytes = 0;
    int kept = 0;
    for (int i = numbers.size() - 1; i >= 0; i--) {
      Path file = file(numbers.get(i));
      bytes += Files.size(file);
      kept++;
      if (bytes > MAX_BYTES || kept >= MAX_FILES) {
        Files.delete(file);
      }
    }
  }
}
