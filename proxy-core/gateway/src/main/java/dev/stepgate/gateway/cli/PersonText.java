package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.view.WhoText;
import java.util.List;

/** A person, as lines and as JSON. */
final class PersonText {

  private PersonText() {}

  /** For a terminal; not escaped. */
  static List<String> lines(RecognisedPerson found) {
    if (!found.accepted()) {
      return List.of("no person: " + found.code(), "  " + found.sentence());
    }
    return List.of(
        found.name(),
        WhoText.line("proof", found.issuer() + " " + found.subject()),
        WhoText.line(
            "groups", found.groups().isEmpty() ? "none" : String.join(", ", found.groups())),
        WhoText.line("reads", found.mayRead() ? "recordings" : "nothing"));
  }

  /** How long a sign-in is good; not escaped. */
  static String kept(String until) {
    return WhoText.line("sign-in", until);
  }

  /** For machines. */
  static ObjectNode json(RecognisedPerson found) {
    ObjectNode node = SessionJson.JSON.createObjectNode();
    node.put("person", found.accepted());
    if (!found.accepted()) {
      return node.put("code", found.code()).put("reason", found.sentence());
    }
    node.put("name", found.name()).put("issuer", found.issuer()).put("subject", found.subject());
    found.groups().forEach(node.putArray("groups")::add);
    return node.put("may_read", found.mayRead());
  }
}
