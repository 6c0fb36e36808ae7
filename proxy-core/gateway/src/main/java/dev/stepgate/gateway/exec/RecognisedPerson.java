package dev.stepgate.gateway.exec;

import java.util.List;

/**
 * Whether a gateway takes somebody for a person; text of others, not escaped.
 *
 * @param code why not; empty if it does
 * @param sentence the same for a person
 * @param name what others call them
 * @param issuer whose word it is: {@code local} or {@code sign-in}
 * @param subject what tells them from every other of the issuer
 * @param groups the groups that they are in
 * @param mayRead whether they may read recordings through the gateway
 */
public record RecognisedPerson(
    String code,
    String sentence,
    String name,
    String issuer,
    String subject,
    List<String> groups,
    boolean mayRead) {

  /** Copies the groups. */
  public RecognisedPerson {
    groups = List.copyOf(groups);
  }

  /** Nobody who counts as a person. */
  public static RecognisedPerson refused(String code, String sentence) {
    return new RecognisedPerson(code, sentence, "", "", "", List.of(), false);
  }

  /** Whether it is a person. */
  public boolean accepted() {
    return code.isEmpty();
  }
}
