package dev.stepgate.gateway.exec;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a gateway makes of a job's evidence; text of the gateway's, not escaped.
 *
 * @param code why it is not accepted; empty if it is
 * @param sentence the same for a person
 * @param who who the job is, for a build log
 * @param proof whose word that is: {@code token}, {@code host}, {@code user}
 * @param verified the claims that are proved
 * @param shaped the names of those that the pipeline's author can choose
 * @param open the connections that are open to it
 */
public record Recognised(
    String code,
    String sentence,
    String who,
    String proof,
    SortedMap<String, String> verified,
    List<String> shaped,
    List<String> open) {

  /** Copies the collections. */
  public Recognised {
    verified = Collections.unmodifiableSortedMap(new TreeMap<>(verified));
    shaped = List.copyOf(shaped);
    open = List.copyOf(open);
  }

  /** Evidence that is not accepted. */
  public static Recognised refused(String code, String sentence) {
    return new Recognised(code, sentence, "", "", new TreeMap<>(), List.of(), List.of());
  }
}
