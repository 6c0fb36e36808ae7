package dev.stepgate.gateway.cli;

import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.config.ConfigException;
import dev.stepgate.evidence.BundleRecordings;
import dev.stepgate.evidence.RegularFile;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.policy.OperationText;
import dev.stepgate.gateway.policy.RecordedOperation;
import dev.stepgate.gateway.policy.SqlFacts;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person quotes to ask about an operation: {@code sg-7QK2:17}, {@code sg-7QK2/2:17}, {@code
 * file.stepgate:17}.
 *
 * @param session the session's id or a part of it, or a bundle's file
 * @param recording the number of the recording, or nothing for whichever has it
 * @param operation the number of the operation
 */
record OperationReference(String session, Optional<Integer> recording, long operation) {

  private static final Pattern FORM = Pattern.compile("(.+?)(?:/([0-9]{1,9}))?:([0-9]{1,18})");

  static Optional<OperationReference> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new OperationReference(
                matcher.group(1),
                Optional.ofNullable(matcher.group(2)).map(Integer::valueOf),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  /** The bundle's file, if one is named. */
  Optional<Path> bundle() {
    Path file = Path.of(session);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** The lines about it. */
  List<String> explain(StateOption state) throws Failure, ConfigException, IOException {
    List<RecordedOperation> found = new ArrayList<>();
    try {
      if (bundle().isPresent()) {
        inBundle(bundle().get(), found);
      } else {
        inState(state.directory(), found);
      }
    } catch (RecordingDamage | MalformedException e) {
      throw new Failure(
          ExitCode.BAD,
          PlainText.escape(session + ": " + e.getMessage()) + "; stepgate verify says more");
    }
    List<RecordedOperation> refused =
        found.stream().filter(operation -> operation.status().startsWith("refused")).toList();
    List<RecordedOperation> meant = refused.size() == 1 ? refused : found;
    if (meant.isEmpty()) {
      throw new Failure(
          ExitCode.BAD,
          "no recording of " + PlainText.escape(session) + " has operation " + operation);
    }
    if (meant.size() > 1) {
      throw new Failure(
          ExitCode.BAD,
          "several recordings have operation "
              + operation
              + ": "
              + String.join(
                  ", ",
                  meant.stream().map(one -> one.header().recording() + ":" + operation).toList()));
    }
    try (SqlFacts facts = new SqlFacts()) {
      return OperationText.lines(meant.get(0), facts);
    }
  }

  private void inState(StateDirectory directory, List<RecordedOperation> found)
      throws Failure, IOException, RecordingDamage {
    String id = directory.find(session).id();
    for (Path file : directory.recordings(id)) {
      String name = file.getFileName().toString();
      if (recording.isEmpty() || name.equals(String.format("%04d.jsonl", recording.get()))) {
        RegularFile.require(file);
        add(RecordingReader.open(file), found);
      }
    }
  }

  private void inBundle(Path file, List<RecordedOperation> found)
      throws IOException, MalformedException, RecordingDamage {
    try (BundleRecordings recordings = BundleRecordings.open(file)) {
      for (int number : recordings.numbers()) {
        if (recording.isEmpty() || recording.get() == number) {
          add(recordings.reader(number), found);
        }
      }
    }
  }

  private void add(RecordingReader opened, List<RecordedOperation> found)
      throws IOException, RecordingDamage {
    try (RecordingReader reader = opened) {
      RecordedOperation.find(reader, operation).ifPresent(found::add);
    }
  }
}
