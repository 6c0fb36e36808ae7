package dev.stepgate.gateway.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * A person's sign-in as it is kept between commands.
 *
 * @param gatewayUid the user that the gateway ran as for which it was made; nobody else is shown it
 * @param issuer the provider
 * @param clientId whom the token was made for
 * @param subject whom it is about
 * @param expires until when it is good
 * @param token the ID token
 * @param refresh gets a new one, if the provider gave that
 */
public record KeptSignIn(
    int gatewayUid,
    String issuer,
    String clientId,
    String subject,
    Instant expires,
    String token,
    Optional<String> refresh) {

  private static final String VERSION = "stepgate-sign-in";

  /** Without the tokens. */
  @Override
  public String toString() {
    return "the sign-in of " + subject + " at " + issuer + " until " + expires;
  }

  /** As a JSON object and a line feed. */
  byte[] bytes() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put(VERSION, 1)
        .put("gateway_uid", gatewayUid)
        .put("issuer", issuer)
        .put("client_id", clientId)
        .put("subject", subject)
        .put("expires", expires.getEpochSecond())
        .put("id_token", token);
    refresh.ifPresent(text -> node.put("refresh_token", text));
    return (node + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** What {@link #bytes} wrote; empty if it is anything else. */
  static Optional<KeptSignIn> read(byte[] bytes) {
    try {
      ObjectNode node = StrictJson.object(bytes);
      JsonNode expires = node.path("expires");
      boolean fit =
          node.path(VERSION).asInt() == 1
              && node.path("gateway_uid").isInt()
              && expires.isIntegralNumber()
              && Math.abs(expires.asLong()) <= Instant.MAX.getEpochSecond();
      if (!fit) {
        return Optional.empty();
      }
      return Optional.of(
          new KeptSignIn(
              node.get("gateway_uid").intValue(),
              node.path("issuer").asText(),
              node.path("client_id").asText(),
              node.path("subject").asText(),
              Instant.ofEpochSecond(expires.asLong()),
              node.path("id_token").asText(),
              Provider.text(node, "refresh_token")));
    } catch (StrictJson.NotJson e) {
      return Optional.empty();
    }
  }
}
