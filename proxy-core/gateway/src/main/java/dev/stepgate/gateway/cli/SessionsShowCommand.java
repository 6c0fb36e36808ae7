package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.view.ApprovalNotes;
import dev.stepgate.gateway.view.LoggedSession;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.gateway.view.WhoText;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate sessions show}. */
@Command(
    name = "show",
    description = "Show what the log and the recordings' ends say about a session.",
    mixinStandardHelpOptions = true)
final class SessionsShowCommand implements Callable<Integer> {

  @Mixin private StateOption state;

  @Parameters(
      paramLabel = "SESSION",
      description = "Its id, the sg-XXXX of a message, or enough of the id's beginning or end.")
  private String reference;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    StateDirectory directory = state.directory();
    LoggedSession session = directory.find(reference);
    ObjectNode node = SessionJson.of(session);
    node.put("directory", directory.directory(session.id()).toString());
    ArrayNode recordings = node.putArray("files");
    ArrayNode approvals = SessionJson.JSON.createArrayNode();
    for (Path file : directory.recordings(session.id())) {
      recordings.add(recording(file));
      ApprovalNotes.of(file).forEach(approvals::add);
    }
    if (!approvals.isEmpty()) {
      node.set("approvals", approvals);
    }
    if (json) {
      System.out.println(node);
    } else {
      print(session, node);
    }
    return ExitCode.OK;
  }

  private static void print(LoggedSession session, ObjectNode node) {
    say("session " + session.id() + " " + session.state());
    WhoText.lines(session.opened(), session.ended()).forEach(SessionsShowCommand::say);
    session.ended().ifPresent(ended -> say(WhoText.line("heads", ended.heads().toString())));
    node.path("approvals").forEach(text -> say(WhoText.line("approval", text.asText())));
    say(WhoText.line("files", node.path("directory").asText()));
    node.path("files").forEach(file -> say(WhoText.line("", line(file))));
  }

  private static String line(JsonNode file) {
    StringBuilder text = new StringBuilder(file.path("file").asText());
    file.properties().stream()
        .filter(entry -> !entry.getKey().equals("file"))
        .forEach(
            entry ->
                text.append(", ")
                    .append(entry.getKey())
                    .append(' ')
                    .append(entry.getValue().asText()));
    return text.toString();
  }

  private static void say(String text) {
    System.out.println(PlainText.escape(text));
  }

  private static ObjectNode recording(Path file) throws IOException {
    ObjectNode node = SessionJson.JSON.createObjectNode();
    node.put("file", file.getFileName().toString());
    try {
      RecordingSummary summary = RecordingSummary.of(file);
      node.put("target", summary.header().target())
          .put("peer", summary.header().peer())
          .put("opened", summary.header().opened().toString())
          .put("bytes", summary.linesBytes())
          .put("bodies", summary.bodiesBytes());
      summary.end().ifPresentOrElse(end -> ended(node, end), () -> node.put("live", true));
    } catch (RecordingDamage e) {
      node.put("damage", e.getMessage());
    }
    return node;
  }

  private static void ended(ObjectNode node, Line.End end) {
    node.put("end", end.reason()).put("operations", end.operations()).put("refused", end.refused());
  }
}
