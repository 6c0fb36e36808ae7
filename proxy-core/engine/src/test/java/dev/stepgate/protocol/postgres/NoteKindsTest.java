package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Gateway.target;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The kinds of notes in {@code docs/specs/recording.md} are those that a session makes. */
class NoteKindsTest {

  private static final Pattern ROW = Pattern.compile("^\\| `([a-z]+)` \\|", Pattern.MULTILINE);

  @Test
  void the_specification_lists_the_notes_that_are_made_and_no_others() throws Exception {
    String text = Files.readString(Path.of("../../docs/specs/recording.md"));
    String table = text.substring(text.indexOf("| note of protocol"));
    Set<String> specified =
        ROW.matcher(table.substring(0, table.indexOf("\n\n")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());

    Set<String> made = new TreeSet<>();
    try (ScriptedServer server = new ScriptedServer(LoginTest::trusting);
        Gateway gateway = new Gateway(target(server.port(), UpstreamAuth.TRUST));
        Peer peer = gateway.ready()) {
      peer.send(Wire.terminate());
      peer.readToEnd();
      collect(gateway.recordings.get(0).events, made);
    }
    try (Rig rig = new Rig()) {
      rig.client(Wire.sync());
      rig.server(Wire.ready('I'));
      rig.client(Wire.query("select pg_sleep(9)"));
      rig.relay.cancel();
      collect(rig.recording.events, made);
    }

    assertThat(made).isEqualTo(specified);
  }

  private static void collect(List<String> events, Set<String> made) {
    for (String event : events) {
      if (event.startsWith("note ")) {
        made.add(event.substring("note ".length()));
      }
    }
  }
}
