package dev.stepgate.approval;

import dev.stepgate.session.Identity;
import dev.stepgate.session.Person;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who asks, in all the ways in which a job's session names somebody. Told apart from people by
 * names, since a CI system and a sign-in have no numbers in common: who has a requester's name is
 * taken for the requester.
 */
final class Requester {

  /** Claims that name the one who started a job. */
  private static final List<String> CLAIMS =
      List.of("actor", "actor_id", "user", "user_id", "user_login", "user_email");

  private static final Pattern OPENED_BY = Pattern.compile("^(.*)\\(([0-9]+)\\)");
  private static final Pattern STEP_OF = Pattern.compile(" for a step of user ([0-9]+)$");

  private final Set<String> names = new HashSet<>();
  private final Set<String> uids = new HashSet<>();

  Requester(String openedBy, Map<String, String> verified) {
    Matcher opened = OPENED_BY.matcher(openedBy);
    if (opened.find()) {
      names.add(plain(opened.group(1)));
      uids.add(opened.group(2));
    }
    Matcher step = STEP_OF.matcher(openedBy);
    if (step.find()) {
      uids.add(step.group(1));
    }
    for (String claim : CLAIMS) {
      String value = verified.getOrDefault(claim, "");
      if (!value.isEmpty()) {
        names.add(plain(value));
        names.add(beforeAt(plain(value)));
      }
    }
    if (verified.containsKey("uid")) {
      uids.add(verified.get("uid"));
    }
  }

  /** Whether this person may be the one who asks. */
  boolean is(Person person) {
    if (person.issuer().equals(Identity.LOCAL) && uids.contains(person.subject())) {
      return true;
    }
    String name = plain(person.name());
    String subject = plain(person.subject());
    // A user's number is no name: a CI system's user of that number is somebody else.
    boolean bySubject =
        !person.issuer().equals(Identity.LOCAL)
            && (names.contains(subject) || names.contains(beforeAt(subject)));
    return bySubject || names.contains(name) || names.contains(beforeAt(name));
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static String beforeAt(String name) {
    int at = name.indexOf('@');
    return at > 0 ? name.substring(0, at) : name;
  }
}
