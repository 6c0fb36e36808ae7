package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.view.LoggedSession;
import dev.stepgate.gateway.view.WhoText;

/** A session as one JSON object, for machines. */
final class SessionJson {

  static final ObjectMapper JSON = new ObjectMapper();

  private SessionJson() {}

  static ObjectNode of(LoggedSession session) {
    ObjectNode node = JSON.createObjectNode();
    node.put("session", session.id())
        .put("state", session.state())
        .put("gateway", session.opened().gateway())
        .put("opened", session.opened().opened().toString())
        .put("by", session.opened().by())
        .put("isolation", session.opened().isolation())
        .put("durability", session.opened().durability());
    ArrayNode connections = node.putArray("connections");
    session.opened().connections().forEach(connections::add);
    session
        .opened()
        .who()
        .ifPresent(
            who -> {
              node.put("who", WhoText.sentence(session.opened().who())).put("proof", who.proof());
              ObjectNode verified = node.putObject("verified");
              who.verified().forEach(verified::put);
              who.shaped().forEach(node.putArray("shaped")::add);
            });
    ObjectNode claimed = node.putObject("claimed");
    session.opened().claimed().forEach(claimed::put);
    session
        .ended()
        .ifPresent(
            ended -> {
              node.put("ended", ended.ended().toString());
              ended.interrupted().ifPresent(reason -> node.put("interrupted", reason));
              node.put("recordings", ended.recordings())
                  .put("operations", ended.operations())
                  .put("refused", ended.refused())
                  .put("masked", ended.masked())
                  .put("heads", ended.heads().toString());
            });
    return node;
  }
}
