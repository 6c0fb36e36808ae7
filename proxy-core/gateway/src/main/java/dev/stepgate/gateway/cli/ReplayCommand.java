package dev.stepgate.gateway.cli;

import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.config.ConfigException;
import dev.stepgate.evidence.BundleRecordings;
import dev.stepgate.evidence.RegularFile;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.view.Replay;
import dev.stepgate.gateway.view.StateDirectory;
import dev.stepgate.recording.Line;
import dev.stepgate.recording.RecordingDamage;
import dev.stepgate.recording.RecordingReader;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate replay}. */
@Command(
    name = "replay",
    description = {
      "Print what a session's clients asked (>) and saw (<), with the time since each connected.",
      "Text of the job or the target is shown so that it cannot act on a terminal or a build log.",
      "Checks the recording's own form and bodies as it goes; whether it is what the log committed"
          + " to, stepgate verify says."
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {

  private static final int OUTPUT_BUFFER = 1 << 16;
  private static final long LOOK_AGAIN_MILLIS = 200;

  @Mixin private StateOption state;

  @Parameters(
      paramLabel = "SESSION",
      description =
          "A session's id or reference, or a bundle's file; with /NUMBER one of its recordings. Or"
              + " a .jsonl file.")
  private String what;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is recorded from now on, until the recording ends.")
  private boolean follow;

  @Option(
      names = "--value-chars",
      paramLabel = "COUNT",
      defaultValue = "200",
      description = "How many characters of a value are shown (${DEFAULT-VALUE}).")
  private int valueChars;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description =
          "Read through the gateway behind this control socket, as a person who may"
              + " (people.readers): by the ID token that is named or stepgate login got, else by your"
              + " user.")
  private Path socket;

  @Mixin private TokenOptions tokens;

  @Override
  public Integer call() throws Failure, ConfigException, IOException, InterruptedException {
    Count.atLeast(1, "--value-chars", valueChars);
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUTPUT_BUFFER),
            false,
            StandardCharsets.UTF_8);
    try {
      Optional<Path> bundle = socket == null ? bundle() : Optional.empty();
      if (socket != null) {
        replayRemote(out);
      } else if (bundle.isPresent()) {
        replayBundle(bundle.get(), out);
      } else {
        for (Path file : files()) {
          replay(file, out);
        }
      }
    } finally {
      out.flush();
    }
    return ExitCode.OK;
  }

  /** The bundle's file, if a file is named that is no recording. */
  private Optional<Path> bundle() {
    int slash = what.lastIndexOf('/');
    return Stream.of(what, slash < 0 ? what : what.substring(0, slash))
        .filter(name -> !name.endsWith(".jsonl"))
        .map(Path::of)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private void replayRemote(PrintStream out) throws Failure, IOException, InterruptedException {
    if (follow) {
      throw new Failure(ExitCode.USAGE, "--follow and --socket contradict each other");
    }
    int slash = what.indexOf('/');
    String number = slash < 0 ? "" : what.substring(slash + 1);
    if (slash >= 0 && !number.matches("[0-9]{1,9}")) {
      throw new Failure(ExitCode.BAD, "there is no recording " + PlainText.escape(what));
    }
    try (ReadThroughGateway gateway = ReadThroughGateway.open(socket, tokens)) {
      Optional<Integer> wanted =
          slash < 0 ? Optional.empty() : Optional.of(Integer.valueOf(number));
      for (Path file : gateway.files(slash < 0 ? what : what.substring(0, slash), wanted)) {
        replay(file, out);
      }
    }
  }

  private void replayBundle(Path bundle, PrintStream out)
      throws Failure, IOException, InterruptedException {
    String number = what.substring(Math.min(what.length(), bundle.toString().length()));
    try (BundleRecordings recordings = BundleRecordings.open(bundle)) {
      List<Integer> wanted =
          recordings.numbers().stream()
              .filter(one -> number.isEmpty() || number.matches("/0*" + one))
              .toList();
      if (wanted.isEmpty()) {
        throw new Failure(ExitCode.BAD, "there is no recording " + PlainText.escape(what));
      }
      for (int one : wanted) {
        replay(bundle + "/" + one, recordings.reader(one), out);
      }
    } catch (MalformedException e) {
      throw new Failure(ExitCode.BAD, PlainText.escape(bundle + ": " + e.getMessage()));
    }
  }

  private List<Path> files() throws Failure, ConfigException, IOException {
    if (what.endsWith(".jsonl")) {
      return List.of(Path.of(what));
    }
    StateDirectory directory = state.directory();
    int slash = what.indexOf('/');
    String id = directory.find(slash < 0 ? what : what.substring(0, slash)).id();
    List<Path> all = directory.recordings(id);
    List<Path> wanted =
        slash < 0
            ? all
            : all.stream()
                .filter(file -> file.getFileName().toString().equals(number(slash) + ".jsonl"))
                .toList();
    if (wanted.isEmpty()) {
      throw new Failure(
          ExitCode.BAD,
          slash < 0
              ? "session " + id + " has no recording: no client connected"
              : "there is no recording " + PlainText.escape(what));
    }
    return wanted;
  }

  private String number(int slash) {
    String number = what.substring(slash + 1);
    return number.matches("[0-9]{1,9}") ? String.format("%04d", Integer.parseInt(number)) : number;
  }

  private void replay(Path file, PrintStream out)
      throws Failure, IOException, InterruptedException {
    try {
      RegularFile.require(file);
    } catch (IOException e) {
      throw new Failure(ExitCode.BAD, PlainText.escape(e.getMessage()));
    }
    replay(file.toString(), RecordingReader.open(file), out);
  }

  private void replay(String name, RecordingReader opened, PrintStream out)
      throws Failure, IOException, InterruptedException {
    try (RecordingReader reader = opened) {
      Replay replay = new Replay(reader, out::println, valueChars);
      while (true) {
        Optional<Line> line = reader.next();
        if (line.isPresent()) {
          replay.show(line.get());
        } else if (follow && !reader.ended()) {
          out.flush();
          Thread.sleep(LOOK_AGAIN_MILLIS);
        } else {
          break;
        }
      }
      if (!reader.ended()) {
        out.println("the recording has not ended");
      }
    } catch (RecordingDamage e) {
      out.flush();
      throw new Failure(
          ExitCode.BAD,
          PlainText.escape(name + ": " + e.getMessage()) + "; nothing after it is shown");
    }
  }
}
