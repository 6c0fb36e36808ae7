package dev.stepgate.evidence;

import java.util.Optional;

/**
 * One thing that does not hold.
 *
 * @param file the file, relative to what is verified: {@code recordings/0001.jsonl} in a bundle,
 *     {@code recordings/01K8…/0001.jsonl} or {@code log/tile/0/000} in a state directory
 * @param place where in it: {@code line 13}, {@code leaf 1201}, {@code byte 4711}; or empty
 * @param problem what is wrong, a sentence; whatever it repeats is printable ASCII
 * @param expected the hash or value that should be there
 * @param found the hash or value that is there
 */
public record Finding(
    String file, String place, String problem, Optional<String> expected, Optional<String> found) {

  /** Without values. */
  public static Finding of(String file, String place, String problem) {
    return new Finding(file, place, problem, Optional.empty(), Optional.empty());
  }

  /** With both values. */
  public static Finding of(
      String file, String place, String problem, Object expected, Object found) {
    return new Finding(
        file, place, problem, Optional.of(expected.toString()), Optional.of(found.toString()));
  }

  /** All of it in one line. */
  public String text() {
    StringBuilder text = new StringBuilder(file);
    if (!place.isEmpty()) {
      text.append(", ").append(place);
    }
    text.append(": ").append(problem);
    expected.ifPresent(value -> text.append("; expected ").append(value));
    found.ifPresent(value -> text.append("; found ").append(value));
    return text.toString();
  }
}
