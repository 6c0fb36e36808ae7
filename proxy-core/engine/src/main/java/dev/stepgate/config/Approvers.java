package dev.stepgate.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether there is anybody to ask.
 *
 * @param people who is a person, or null if that is not asked
 */
record Approvers(PeopleConfig people) {

  /** For rules that were checked before. */
  static final Approvers UNCHECKED = new Approvers(null);

  /** What is wrong with asking {@code count} members of these groups, if anything. */
  Optional<String> wrongWith(List<String> groups, int count) {
    if (people == null) {
      return Optional.empty();
    }
    if (people.signIn().isPresent()) {
      return Optional.empty(); // its provider says who is in a group, at the moment of asking
    }
    if (people.users().isEmpty()) {
      return Optional.of("asks people, and people: names nobody");
    }
    Set<String> all = new TreeSet<>();
    people.users().values().forEach(all::addAll);
    for (String group : groups) {
      if (!all.contains(group)) {
        return Optional.of(
            "holds "
                + Suggestion.quote(group)
                + ", a group that nobody of people.users is in; groups: "
                + String.join(", ", all));
      }
    }
    long members =
        people.users().entrySet().stream()
            .filter(user -> user.getValue().stream().anyMatch(groups::contains))
            .map(Map.Entry::getKey)
            .count();
    return members < count
        ? Optional.of("names " + members + " people, and " + count + " have to agree")
        : Optional.empty();
  }
}
