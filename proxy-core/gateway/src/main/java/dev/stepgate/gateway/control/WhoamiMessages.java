package dev.stepgate.gateway.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.control.ControlMessages.MalformedLine;
import dev.stepgate.gateway.exec.Recognised;
import java.util.Optional;
import java.util.TreeMap;

/** The line by which a job asks for whom it is taken, and the answer. */
final class WhoamiMessages {

  private WhoamiMessages() {}

  static byte[] whoami(Optional<String> token) {
    ObjectNode line = ControlMessages.ask("whoami");
    token.ifPresent(text -> line.put("token", text));
    return ControlMessages.bytes(line);
  }

  static byte[] recognised(Recognised found) {
    ObjectNode line = ControlMessages.answer("whoami");
    if (!found.code().isEmpty()) {
      return ControlMessages.bytes(line.put("code", found.code()).put("reason", found.sentence()));
    }
    line.put("who", found.who()).put("proof", found.proof());
    ObjectNode verified = line.putObject("verified");
    found.verified().forEach(verified::put);
    found.shaped().forEach(line.putArray("shaped")::add);
    found.open().forEach(line.putArray("open")::add);
    return ControlMessages.bytes(line);
  }

  static Recognised recognised(ObjectNode reply) throws MalformedLine {
    if (reply.has("code")) {
      return Recognised.refused(
          ControlMessages.text(reply, "code"), ControlMessages.text(reply, "reason"));
    }
    return new Recognised(
        "",
        "",
        ControlMessages.who(reply),
        ControlMessages.text(reply, "proof"),
        new TreeMap<>(ControlMessages.strings(reply.path("verified"))),
        ControlMessages.texts(reply, "shaped"),
        ControlMessages.texts(reply, "open"));
  }
}
