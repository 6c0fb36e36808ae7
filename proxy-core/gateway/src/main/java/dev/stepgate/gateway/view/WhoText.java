package dev.stepgate.gateway.view;

import dev.stepgate.audit.leaf.SessionEnded;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.leaf.Who;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who, what, when and from which commit, for people: the lines that {@code sessions show}, {@code
 * replay} and {@code verify} begin with. Not escaped.
 */
public final class WhoText {

  private static final String AUTHORS = " (the author's choice)";

  private WhoText() {}

  /** {@code acme/orders@4f1c by alice, verified by a token of github}. */
  public static String sentence(Optional<Who> who) {
    return who.map(known -> known.display() + ", " + proof(known))
        .orElse("nobody that was asked for");
  }

  private static String proof(Who who) {
    String issuer = who.claim("issuer").orElse("?");
    return switch (who.proof()) {
      case "token" -> "verified by a token of " + issuer;
      case "host" -> "vouched for by " + issuer + ", in which the gateway ran";
      default -> "a user of the gateway's machine, by its kernel's word";
    };
  }

  /** The lines about a session, each a word and what is known under it. */
  public static List<String> lines(SessionOpened opened, Optional<SessionEnded> ended) {
    List<String> lines = new ArrayList<>();
    lines.add(line("who", sentence(opened.who())));
    lines.add(line("what", what(opened, ended)));
    lines.add(line("when", when(opened, ended)));
    opened.who().ifPresent(who -> lines.add(line("commit", commit(who))));
    opened
        .who()
        .ifPresent(who -> lines.add(line("verified", claims(who.verified(), who.shaped()))));
    lines.add(
        line("claimed", opened.claimed().isEmpty() ? "-" : claims(opened.claimed(), List.of())));
    lines.add(
        line(
            "gateway",
            opened.gateway()
                + ", asked by "
                + opened.by()
                + ", isolation "
                + opened.isolation()
                + ", durability "
                + opened.durability()));
    return lines;
  }

  /** One such line. */
  public static String line(String word, String text) {
    return String.format("  %-9s %s", word, text);
  }

  private static String what(SessionOpened opened, Optional<SessionEnded> ended) {
    String counts =
        ended
            .map(
                end ->
                    ": "
                        + end.operations()
                        + " operations, "
                        + end.refused()
                        + " refused, in "
                        + end.recordings()
                        + " recordings")
            .orElse("");
    return String.join(", ", opened.connections()) + counts;
  }

  private static String when(SessionOpened opened, Optional<SessionEnded> ended) {
    return opened.opened()
        + ended
            .map(
                end ->
                    " to "
                        + end.ended()
                        + end.interrupted().map(why -> ", interrupted: " + why).orElse(""))
            .orElse(", not ended");
  }

  private static String commit(Who who) {
    Optional<String> sha = who.claim("sha");
    return sha.isEmpty()
        ? "none is proved"
        : sha.get()
            + marked(who, "sha")
            + who.claim("ref").map(ref -> " of " + ref + marked(who, "ref")).orElse("");
  }

  private static String marked(Who who, String claim) {
    return who.shaped().contains(claim) ? AUTHORS : "";
  }

  /** {@code actor=alice, ref=refs/heads/main*}; a star marks what the author could choose. */
  public static String claims(Map<String, String> claims, List<String> shaped) {
    StringBuilder text = new StringBuilder();
    claims.forEach(
        (name, value) ->
            text.append(text.length() == 0 ? "" : ", ")
                .append(name)
                .append('=')
                .append(value)
                .append(shaped.contains(name) ? "*" : ""));
    return text
        + (shaped.stream().anyMatch(claims::containsKey) ? "   (*: the author's choice)" : "");
  }
}
