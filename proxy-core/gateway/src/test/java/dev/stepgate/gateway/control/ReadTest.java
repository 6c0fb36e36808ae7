package dev.stepgate.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.event.Event;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.view.RecordingPieces;
import dev.stepgate.gateway.view.StateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recordings read through the control socket, by people who may and by nobody else. */
@Timeout(60)
class ReadTest extends ControlFixture {

  private static final String SESSION = "01K8Z3V9QH4M2T7C5R1XW0E6JA";

  private final byte[] lines = new byte[RecordingPieces.MAX_PIECE + 100];

  @BeforeEach
  void aRecordingOfMoreThanOnePiece() throws IOException {
    Arrays.fill(lines, (byte) 'x');
    lines[RecordingPieces.MAX_PIECE] = 'y';
    Path recordings = Files.createDirectories(directory.resolve("recordings").resolve(SESSION));
    Files.write(recordings.resolve("0001.jsonl"), lines);
    Files.writeString(directory.resolve("secret"), "s3cret");
    keeper.pieces = new RecordingPieces(new StateDirectory(directory));
    start(new Admittance(own().uid() + 1, Set.of(), Set.of(), false), PATIENT);
  }

  private static RecordingPiece.Wanted wanted(String session, int recording, long at) {
    return new RecordingPiece.Wanted(session, recording, false, at);
  }

  @Test
  void a_person_who_may_read_gets_a_recording_byte_for_byte_and_stands_in_the_events()
      throws Exception {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      RecordingPiece all = door.read(Optional.empty(), wanted(SESSION, 0, 0));
      assertThat(all.recordings()).isEqualTo(List.of(1));
      for (byte[] piece = piece(door, 0); piece.length > 0; piece = piece(door, read.size())) {
        read.writeBytes(piece);
      }
    }

    assertThat(read.toByteArray()).isEqualTo(lines);
    Event event = keeper.refused.take();
    assertThat(event.kind()).isEqualTo("recordings-read");
    assertThat(event.text("session")).isEqualTo(SESSION);
    assertThat(event.text("person")).isEqualTo("local 7");
  }

  private static byte[] piece(ControlDoor door, long at) throws Failure {
    return door.read(Optional.empty(), wanted(SESSION, 1, at)).bytes();
  }

  @Test
  void whoever_asks_for_a_piece_from_the_middle_at_once_stands_in_the_events_too()
      throws Exception {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      assertThat(piece(door, 5)).isNotEmpty();
    }

    assertThat(keeper.refused.take().kind()).isEqualTo("recordings-read");
  }

  @Test
  void a_recording_without_bodies_has_none() throws Exception {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      RecordingPiece.Wanted bodies = new RecordingPiece.Wanted(SESSION, 1, true, 0);

      assertThat(door.read(Optional.empty(), bodies).bytes()).isEmpty();
    }
  }

  @Test
  void a_person_in_no_reader_group_reads_nothing_and_does_not_learn_what_there_is()
      throws Exception {
    keeper.mayRead = false;

    assertThat(refusal(SESSION, 1)).contains("people.readers");
    assertThat(keeper.refused.take().text("code")).isEqualTo("forbidden");
    assertThat(refusal("01K8Z3V9QH4M2T7C5R1XW0E6JB", 1)).isEqualTo(refusal(SESSION, 1));
  }

  @Test
  void a_user_as_whom_steps_run_reads_nothing_with_a_person_s_token_either() throws Exception {
    server.close();
    Admittance stepsOfThisUser = new Admittance(own().uid(), Set.of(), Set.of(), true);
    start(stepsOfThisUser, PATIENT);

    assertThat(refusal(SESSION, 1)).contains("only people read recordings");
    Event event = keeper.refused.take();
    assertThat(event.kind()).isEqualTo("person-refused");
    assertThat(event.text("code")).isEqualTo("jobs-user");
  }

  @Test
  void what_is_not_a_recording_of_the_session_is_not_read() {
    assertThat(refusal("../../secret", 1)).contains("there is no session");
    assertThat(refusal(SESSION, 2)).contains("there is no recording 2");
    assertThat(refusal("01K8Z3V9QH4M2T7C5R1XW0E6JB", 1)).contains("there is no session");
  }

  private String refusal(String session, int recording) {
    try (ControlDoor door = ControlDoor.connect(socket(), Optional.empty())) {
      door.read(Optional.of("a.b.c"), wanted(session, recording, 0));
      return "";
    } catch (Failure e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_request_that_is_not_whole_is_malformed() throws Exception {
    String begin = "{\"v\":1,\"do\":\"read\",\"session\":\"" + SESSION + "\",";

    for (String end :
        List.of(
            "\"recording\":-1,\"bodies\":false,\"at\":0}",
            "\"recording\":1,\"bodies\":false,\"at\":-1}",
            "\"recording\":1,\"bodies\":false,\"at\":1e99}",
            "\"recording\":1,\"bodies\":1,\"at\":0}",
            "\"recording\":1}")) {
      assertThat(talk(begin + end + "\n")).contains("malformed");
    }
  }
}
