package dev.stepgate.evidence;

import dev.stepgate.audit.LogReader;
import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.leaf.Leaf;
import dev.stepgate.audit.leaf.Names;
import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.Proofs;
import dev.stepgate.audit.tree.TilePath;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Exports one session that has ended from a state directory, to which a gateway may be writing,
 * into a bundle. Needs no key.
 */
public final class BundleWriter {

  private final Path state;
  private final String session;
  private final LogReader log;
  private boolean withBodies = true;
  private final SortedSet<Long> sizes = new TreeSet<>();

  /**
   * Of a session.
   *
   * @param state the state directory
   * @param session its ULID
   */
  public BundleWriter(Path state, String session) {
    this.state = state;
    this.session = Names.session(session);
    this.log = new LogReader(state.resolve("log"));
  }

  /** Leaves out all bodies. */
  public BundleWriter withoutBodies() {
    withBodies = false;
    return this;
  }

  /** Adds the proof that the log continues this head of it. */
  public BundleWriter since(Claim claim) {
    sizes.add(claim.checkpoint().size());
    return this;
  }

  /**
   * Writes the bundle; a file of that name is replaced once the bundle is whole. The same state
   * gives the same bytes.
   *
   * @return the checkpoint that the bundle carries
   * @throws MalformedException if the session is unknown or open, or the log has no form
   * @throws IOException if a file cannot be read or written
   */
  public Checkpoint write(Path target) throws IOException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    try {
      Checkpoint checkpoint;
      try (OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(
                  unfinished,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE))) {
        checkpoint = write(new ZipWriter(out));
      }
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return checkpoint;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private Checkpoint write(ZipWriter zip) throws IOException {
    byte[] note = log.checkpoint();
    VerifierKey key = log.key();
    Checkpoint checkpoint = Checkpoint.open(note, key);
    Proofs proofs = log.proofs(checkpoint.size());
    ByteArrayOutputStream leaves = new ByteArrayOutputStream();
    SessionHistory history = leaves(checkpoint, proofs, leaves);
    StateFiles files = StateFiles.of(state, session);
    Optional<byte[]> seal =
        files.hasSeal() ? Optional.of(files.seal(Note.MAX_BYTES)) : Optional.empty();
    seal.ifPresent(kept -> sizes.add(Checkpoint.open(kept, key).size()));
    zip.add(BundleFiles.MANIFEST, manifest(checkpoint, history, files).encode());
    zip.add(BundleFiles.KEY, (key.text() + "\n").getBytes(StandardCharsets.US_ASCII));
    zip.add(BundleFiles.CHECKPOINT, note);
    if (seal.isPresent()) {
      zip.add(StateFiles.SEAL, seal.get());
    }
    byte[] earlier = earlier(checkpoint, proofs);
    if (earlier.length > 0) {
      zip.add(BundleFiles.CONSISTENCY, earlier);
    }
    zip.add(BundleFiles.LEAVES, leaves.toByteArray());
    for (int number : history.recordings().keySet()) {
      add(zip, files.linesFile(number), files.linesPath(number), number);
      if (hasBodies(files, number)) {
        add(zip, files.bodiesFile(number), files.bodiesPath(number), number);
      }
    }
    zip.finish();
    return checkpoint;
  }

  private static void add(ZipWriter zip, String name, Path file, int number) throws IOException {
    String suffix = name.substring(name.lastIndexOf('.'));
    zip.add(
        StateFiles.RECORDINGS + "/" + Names.recording(number) + suffix,
        Files.size(file),
        () -> Files.newInputStream(file));
  }

  private boolean hasBodies(StateFiles files, int number) {
    return withBodies && files.bodies().contains(number);
  }

  private Manifest manifest(Checkpoint checkpoint, SessionHistory history, StateFiles files) {
    List<Manifest.Part> parts = new ArrayList<>();
    history
        .recordings()
        .forEach(
            (number, recording) ->
                parts.add(
                    new Manifest.Part(
                        number, recording.newest().head().lines(), hasBodies(files, number))));
    return new Manifest(session, checkpoint.origin(), checkpoint.size(), parts);
  }

  /** Reads the whole log for the session's leaves; proves each. */
  private SessionHistory leaves(Checkpoint checkpoint, Proofs proofs, ByteArrayOutputStream out) {
    Histories histories = new Histories();
    Findings findings = new Findings();
    for (long bundle = 0; bundle * TilePath.WIDTH < checkpoint.size(); bundle++) {
      long index = bundle * TilePath.WIDTH;
      for (byte[] leaf : log.entries(bundle, LogReader.widthOf(bundle, checkpoint.size()))) {
        Leaf decoded = Leaf.decode(leaf);
        if (decoded.session().equals(session)) {
          histories.add("log", index, decoded, findings);
          out.writeBytes(
              new ProvedLeaf(index, Json.decode(leaf), proofs.inclusion(index, checkpoint.size()))
                  .encode());
        }
        index++;
      }
    }
    SessionHistory history = histories.session(session);
    if (history == null) {
      throw new MalformedException("the log knows no session " + session);
    }
    if (history.ended().isEmpty()) {
      throw new MalformedException(
          "session " + session + " is open; it can be exported once it ends");
    }
    return history;
  }

  private byte[] earlier(Checkpoint checkpoint, Proofs proofs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (long size : sizes) {
      if (size > checkpoint.size()) {
        throw new MalformedException(
            "the log has "
                + checkpoint.size()
                + " leaves; a head of it over "
                + size
                + " leaves shows that an old state was restored");
      }
      if (size < checkpoint.size()) {
        out.writeBytes(
            new EarlierHead(size, proofs.root(size), proofs.consistency(size, checkpoint.size()))
                .encode());
      }
    }
    return out.toByteArray();
  }
}
