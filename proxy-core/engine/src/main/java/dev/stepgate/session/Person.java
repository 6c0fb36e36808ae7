package dev.stepgate.session;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * A human being who was proved to be one: never a job, whatever it holds.
 *
 * @param issuer whose word it is: {@link Identity#LOCAL} for this machine's kernel, else {@link
 *     #SIGN_IN}
 * @param subject what tells this person from every other of the issuer, for good: the user's number
 *     or the token's {@code sub}
 * @param name what others call them; may change, nothing may be decided by it
 * @param groups the groups that they are in, by the configuration or the token
 */
public record Person(String issuer, String subject, String name, Set<String> groups) {

  /** The name of the organisation's sign-in as an issuer. */
  public static final String SIGN_IN = "sign-in";

  /** Copies the groups. */
  public Person {
    groups = Collections.unmodifiableSet(new TreeSet<>(groups));
  }

  /** A user of this machine. */
  public static Person local(String name, int uid, Collection<String> groups) {
    return new Person(Identity.LOCAL, Integer.toString(uid), name, new TreeSet<>(groups));
  }

  /** Whether the person is in one of these groups. */
  public boolean inOneOf(Collection<String> wanted) {
    return wanted.stream().anyMatch(groups::contains);
  }
}
