package dev.stepgate.evidence;

import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.Shown;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.ProofCheck;
import dev.stepgate.audit.tree.TreeHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Verifies a bundle. */
final class BundleVerifier {

  private static final int MAX_LEAVES = 1_000_000;

  private final Path file;
  private final Trust trust;
  private final Findings findings = new Findings();
  private final Histories histories = new Histories();
  private final List<SessionReport> sessions = new ArrayList<>();
  private final List<String> held = new ArrayList<>();
  private final Map<Long, Hash> proved = new TreeMap<>();
  private String session = "";

  BundleVerifier(Path file, Optional<VerifierKey> key, List<Claim> claims) {
    this.file = file;
    this.trust = new Trust(key, claims, findings);
  }

  Report verify() {
    Optional<Checkpoint> checkpoint = Optional.empty();
    try (BundleFiles bundle = BundleFiles.open(file)) {
      checkpoint =
          trust.open(
              BundleFiles.CHECKPOINT,
              bundle.bytes(BundleFiles.CHECKPOINT, Note.MAX_BYTES),
              BundleFiles.KEY,
              () -> key(bundle));
      if (checkpoint.isPresent()) {
        check(bundle, checkpoint.get());
      }
    } catch (MalformedException e) {
      findings.add(Finding.of("the bundle", "", e.getMessage()));
    } catch (IOException | UncheckedIOException e) {
      findings.add(Finding.of("the bundle", "", "cannot be read: " + Shown.plain(e.toString())));
    }
    histories.unknownKinds().forEach(findings::remark);
    return trust.report("bundle", checkpoint, held, sessions);
  }

  private void check(BundleFiles bundle, Checkpoint checkpoint) throws IOException {
    Manifest manifest = bundle.manifest();
    if (!manifest.origin().equals(checkpoint.origin()) || manifest.size() != checkpoint.size()) {
      findings.add(
          Finding.of(
              BundleFiles.MANIFEST,
              "",
              "names another head of a log than the checkpoint",
              checkpoint.origin() + " " + checkpoint.size(),
              manifest.origin() + " " + manifest.size()));
    }
    checkLeaves(bundle, checkpoint);
    checkSession(bundle);
    checkEarlier(bundle, checkpoint);
    held.addAll(
        new ClaimCheck(trust, checkpoint, (claim, against) -> judge(claim, checkpoint, against))
            .run(Optional.of(session), findings));
    if (findings.none()) {
      checkSums(bundle.zip());
    }
  }

  private void checkLeaves(BundleFiles bundle, Checkpoint checkpoint) throws IOException {
    long before = -1;
    TreeHash hash = new TreeHash();
    try (JsonLines lines = bundle.lines(BundleFiles.LEAVES, ProvedLeaf.MAX_LINE_BYTES)) {
      for (Optional<byte[]> line = next(lines); line.isPresent(); line = next(lines)) {
        String place = "line " + lines.line();
        try {
          ProvedLeaf proved = ProvedLeaf.decode(line.get());
          Hash leaf = hash.leaf(Json.encode(proved.leaf()));
          if (proved.index() <= before || lines.line() > MAX_LEAVES) {
            throw new MalformedException("leaf " + proved.index() + " does not follow " + before);
          }
          before = proved.index();
          if (!ProofCheck.included(
              leaf, proved.index(), checkpoint.size(), proved.proof(), checkpoint.root())) {
            findings.add(
                Finding.of(
                    BundleFiles.LEAVES,
                    place,
                    "leaf "
                        + proved.index()
                        + " (hash "
                        + leaf
                        + ") is not proved to be in the log",
                    "root " + checkpoint.root(),
                    "another root"));
          }
          add(bundle.manifest(), proved, place);
        } catch (MalformedException e) {
          findings.add(Finding.of(BundleFiles.LEAVES, place, e.getMessage()));
        }
      }
    }
  }

  private static Optional<byte[]> next(JsonLines lines) throws IOException {
    try {
      return lines.next();
    } catch (MalformedException e) {
      throw new MalformedException(BundleFiles.LEAVES + ": " + e.getMessage());
    }
  }

  /** The first leaf says whose bundle it is: it is proved, the manifest is not. */
  private void add(Manifest manifest, ProvedLeaf proved, String place) {
    Leaf leaf = Leaf.of(proved.leaf());
    if (session.isEmpty()) {
      session = leaf.session();
      if (!manifest.session().equals(session)) {
        findings.add(
            Finding.of(
                BundleFiles.MANIFEST,
                "",
                "names another session than the leaves",
                Shown.plain(session),
                manifest.session()));
      }
    } else if (!leaf.session().equals(session)) {
      findings.add(
          Finding.of(
              BundleFiles.LEAVES,
              place,
              "leaf " + proved.index() + " is of another session",
              Shown.plain(session),
              Shown.plain(leaf.session())));
      return;
    }
    histories.add(BundleFiles.LEAVES, proved.index(), leaf, findings);
  }

  private void checkSession(BundleFiles bundle) throws IOException {
    Manifest manifest = bundle.manifest();
    SessionHistory history = histories.session(session);
    if (history == null || history.ended().isEmpty() || history.opened().isEmpty()) {
      findings.add(
          Finding.of(
              BundleFiles.LEAVES,
              "",
              "lacks the opening or the ending of session " + Shown.plain(session)));
      return;
    }
    sessions.add(new SessionCheck(history, bundle, findings).run());
    for (Manifest.Part part : manifest.recordings()) {
      RecordingHistory known = history.recordings().get(part.number());
      if (known != null && known.newest().head().lines() != part.lines()) {
        findings.add(
            Finding.of(
                BundleFiles.MANIFEST,
                "",
                "counts other lines of " + bundle.linesFile(part.number()) + " than the log",
                known.newest().head().lines(),
                part.lines()));
      }
    }
  }

  private void checkEarlier(BundleFiles bundle, Checkpoint checkpoint) throws IOException {
    proved.put(checkpoint.size(), checkpoint.root());
    if (bundle.has(BundleFiles.CONSISTENCY)) {
      checkConsistency(bundle, checkpoint);
    }
    if (bundle.has(StateFiles.SEAL)) {
      trust
          .signed(StateFiles.SEAL, bundle.bytes(StateFiles.SEAL, Note.MAX_BYTES))
          .ifPresent(this::checkSeal);
    }
  }

  private void checkConsistency(BundleFiles bundle, Checkpoint checkpoint) throws IOException {
    long before = -1;
    String file = BundleFiles.CONSISTENCY;
    try (JsonLines lines = bundle.lines(file, EarlierHead.MAX_LINE_BYTES)) {
      for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
        EarlierHead head = EarlierHead.decode(line.get());
        String place = "line " + lines.line();
        if (head.from() <= before || lines.line() > EarlierHead.MAX_LINES) {
          throw new MalformedException("size " + head.from() + " does not follow " + before);
        }
        before = head.from();
        if (ProofCheck.consistent(
            head.from(), head.root(), checkpoint.size(), checkpoint.root(), head.proof())) {
          proved.put(head.from(), head.root());
        } else {
          findings.add(
              Finding.of(
                  file,
                  place,
                  "the log is not proved to continue its first "
                      + head.from()
                      + " leaves with root "
                      + head.root(),
                  "root " + checkpoint.root(),
                  "another root"));
        }
      }
    } catch (MalformedException e) {
      findings.add(Finding.of(file, "", e.getMessage()));
    }
  }

  private void checkSeal(Checkpoint seal) {
    Hash root = proved.get(seal.size());
    SessionHistory history = histories.session(session);
    if (root == null || !root.equals(seal.root())) {
      findings.add(
          Finding.of(
              StateFiles.SEAL,
              "",
              "the log is not proved to continue this checkpoint over " + seal.size() + " leaves",
              root == null ? "a line in " + BundleFiles.CONSISTENCY : root,
              seal.root()));
    } else if (history != null && history.endedAt() >= seal.size()) {
      findings.add(
          Finding.of(
              StateFiles.SEAL, "", "does not cover leaf " + history.endedAt() + ", the ending"));
    }
  }

  private ClaimCheck.Standing judge(Claim claim, Checkpoint checkpoint, Findings against) {
    Checkpoint claimed = claim.checkpoint();
    Hash root = proved.get(claimed.size());
    if (root == null) {
      against.add(
          Finding.of(
              Trust.CLAIM,
              "",
              claimed.size() > checkpoint.size()
                  ? "is newer than this bundle: export the session anew"
                  : "is a head that this bundle has no proof for: export the session with this"
                      + " --checkpoint",
              "one of the sizes " + proved.keySet(),
              claimed.size()));
      return ClaimCheck.Standing.UNJUDGED;
    }
    if (!root.equals(claimed.root())) {
      against.add(
          Finding.of(
              Trust.CLAIM,
              "",
              "the log's first "
                  + claimed.size()
                  + " leaves have another root: history was rewritten",
              claimed.root(),
              root));
      return ClaimCheck.Standing.CONTRADICTED;
    }
    // Of another session's recordings this bundle knows nothing.
    boolean own = claim.line().map(line -> line.session().equals(session)).orElse(false);
    return !own || trust.sealHolds(claim, histories, against)
        ? ClaimCheck.Standing.HOLDS
        : ClaimCheck.Standing.CONTRADICTED;
  }

  /** The archive's own check sums: what no proof needs, but no byte may be without meaning. */
  private void checkSums(ZipReader zip) throws IOException {
    for (ZipEntry entry : zip.entries().values()) {
      long crc = zip.crc(entry);
      if (crc != entry.crc()) {
        findings.add(
            Finding.of(
                entry.name(),
                "",
                "its CRC-32 in the archive is another",
                String.format("%08x", crc),
                String.format("%08x", entry.crc())));
      }
    }
  }

  private static VerifierKey key(BundleFiles bundle) {
    try {
      return VerifierKey.parseLine(bundle.bytes(BundleFiles.KEY, VerifierKey.MAX_CHARACTERS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
