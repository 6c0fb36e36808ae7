package dev.stepgate.evidence;

import dev.stepgate.audit.LogException;
import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Verifies a state directory, to which a gateway may be writing. */
final class StateVerifier {

  private static final String SEALS = "the checkpoint of the seal";

  private final Path state;
  private final LogReader log;
  private final Trust trust;
  private final Findings findings = new Findings();
  private final Histories histories = new Histories();
  private final List<SessionReport> sessions = new ArrayList<>();
  private final List<String> held = new ArrayList<>();

  StateVerifier(Path state, Optional<VerifierKey> key, List<Claim> claims) {
    this.state = state;
    this.log = new LogReader(state.resolve("log"));
    this.trust = new Trust(key, claims, findings);
  }

  Report verify() {
    Optional<Checkpoint> checkpoint = Optional.empty();
    try {
      // Listed first: a gateway opens a session in the log before it makes its directory.
      Set<String> directories = directories();
      checkpoint = trust.open("log/checkpoint", log.checkpoint(), "log/key.pub", log::key);
      if (checkpoint.isPresent()
          && new TreeCheck(log, checkpoint.get(), histories, findings).run()) {
        Checkpoint head = checkpoint.get();
        held.addAll(
            new ClaimCheck(trust, head, (claim, against) -> judge(claim, head, against))
                .run(Optional.empty(), findings));
        checkSessions(checkpoint.get(), directories);
        new EventsCheck(state, histories.events(), findings).run();
      }
    } catch (MalformedException e) {
      findings.add(Finding.of("log", "", e.getMessage()));
    } catch (IOException | LogException e) {
      findings.add(
          Finding.of(state.toString(), "", "cannot be read: " + Shown.plain(e.toString())));
    }
    histories.unknownKinds().forEach(findings::remark);
    return trust.report("state directory", checkpoint, held, sessions);
  }

  private Set<String> directories() throws IOException {
    try (Stream<Path> list = Files.list(state.resolve(StateFiles.RECORDINGS))) {
      return new HashSet<>(list.map(path -> path.getFileName().toString()).toList());
    } catch (NoSuchFileException e) {
      return Set.of();
    }
  }

  private ClaimCheck.Standing judge(Claim claim, Checkpoint checkpoint, Findings against) {
    Checkpoint claimed = claim.checkpoint();
    if (claimed.size() > checkpoint.size()) {
      against.add(
          Finding.of(
              Trust.CLAIM,
              "",
              "the log is older than this head of it: an old state was restored, or its end was"
                  + " removed",
              claimed.size() + " leaves with root " + claimed.root(),
              checkpoint.size() + " leaves with root " + checkpoint.root()));
      return ClaimCheck.Standing.CONTRADICTED;
    }
    String what = "the log's first " + claimed.size() + " leaves";
    return isPrefix(what, Trust.CLAIM, claimed, checkpoint, against)
            && trust.sealHolds(claim, histories, against)
        ? ClaimCheck.Standing.HOLDS
        : ClaimCheck.Standing.CONTRADICTED;
  }

  /** Whether an earlier head is one of this tree's. */
  private boolean isPrefix(
      String what, String file, Checkpoint earlier, Checkpoint checkpoint, Findings against) {
    Hash root = log.proofs(checkpoint.size()).root(earlier.size());
    if (!root.equals(earlier.root())) {
      against.add(
          Finding.of(
              file, "", what + " have another root: history was rewritten", earlier.root(), root));
      return false;
    }
    return true;
  }

  private void checkSessions(Checkpoint checkpoint, Set<String> directories) throws IOException {
    for (SessionHistory session : histories.sessions()) {
      directories.remove(session.session());
      StateFiles files = StateFiles.of(state, session.session());
      boolean gone = !Files.isDirectory(state.resolve(files.name()));
      if (gone && !session.recordings().isEmpty()) {
        findings.add(
            Finding.of(
                files.name(),
                "",
                "is missing: the log knows "
                    + session.recordings().size()
                    + " recordings of this session, the last of them by leaf "
                    + session.recordings().get(session.recordings().lastKey()).newest().leaf()));
        continue;
      }
      sessions.add(new SessionCheck(session, files, findings).run());
      checkUnknown(session, files);
      checkSeal(session, files, checkpoint);
      checkHeads(session, files);
      if (session.ended().isEmpty()) {
        findings.remark("Session " + session.session() + " is open: more may follow.");
      }
    }
    for (String name : directories.stream().sorted().toList()) {
      findings.add(
          Finding.of(
              StateFiles.RECORDINGS + "/" + Shown.plain(name),
              "",
              "the log knows no such session"));
    }
  }

  private void checkUnknown(SessionHistory session, StateFiles files) {
    for (String name : files.unknown()) {
      if (session.ended().isPresent()) {
        findings.add(
            Finding.of(
                files.name() + Shown.plain(name), "", "is no file of a session's recordings"));
      }
    }
    for (int number : files.bodies()) {
      if (session.ended().isPresent() && !files.numbers().contains(number)) {
        findings.add(
            Finding.of(
                files.bodiesFile(number), "", "has no recording " + Names.recording(number)));
      }
    }
  }

  /** The recorder's own list proves nothing, but what contradicts the log should not lie about. */
  private void checkHeads(SessionHistory session, StateFiles files) throws IOException {
    Optional<InputStream> found = files.heads();
    if (found.isEmpty() || session.ended().isEmpty()) {
      return;
    }
    SortedSet<String> lines = new TreeSet<>();
    session.recordings().values().stream()
        .map(recording -> recording.newest().head())
        .forEach(
            head ->
                lines.add(
                    String.format(
                        "%s/%s %d %s\n",
                        session.session(),
                        Names.recording(head.recording()),
                        head.lines(),
                        head.head())));
    byte[] expected = String.join("", lines).getBytes(StandardCharsets.US_ASCII);
    try (InputStream in = found.get()) {
      if (!Arrays.equals(in.readNBytes(expected.length + 1), expected)) {
        findings.add(
            Finding.of(
                files.name() + StateFiles.HEADS,
                "",
                "is not the list of the final heads in the log"));
      }
    }
  }

  private void checkSeal(SessionHistory session, StateFiles files, Checkpoint checkpoint)
      throws IOException {
    if (!files.hasSeal() || session.ended().isEmpty()) {
      return;
    }
    String file = files.name() + StateFiles.SEAL;
    Optional<Checkpoint> seal = trust.signed(file, files.seal(Note.MAX_BYTES));
    if (seal.isEmpty()) {
      return;
    }
    if (seal.get().size() > checkpoint.size()) {
      // A session may have been sealed after the checkpoint was read only if it is open above.
      findings.add(
          Finding.of(
              file,
              "",
              "the log is older than " + SEALS + ": an old state was restored",
              seal.get().size() + " leaves with root " + seal.get().root(),
              checkpoint.size() + " leaves with root " + checkpoint.root()));
    } else if (seal.get().size() <= session.endedAt()) {
      findings.add(
          Finding.of(
              file, "", SEALS + " does not cover leaf " + session.endedAt() + ", the ending"));
    } else {
      isPrefix("the leaves under " + SEALS, file, seal.get(), checkpoint, findings);
    }
  }
}
