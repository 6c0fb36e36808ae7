package dev.stepgate.audit;

import dev.stepgate.audit.note.Checkpoint;
import dev.stepgate.audit.note.Note;

/**
 * Where a leaf stands, now that the disk has it.
 *
 * @param index its index in the log, from 0
 * @param checkpoint a checkpoint that covers it, published before this was said
 * @param note the same, signed: what a session's {@code seal.checkpoint} keeps
 */
public record Appended(long index, Checkpoint checkpoint, Note note) {}
