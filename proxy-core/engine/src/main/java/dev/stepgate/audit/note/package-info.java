/** Signed notes, their Ed25519 keys, and the checkpoints that they carry (C2SP). */
package dev.stepgate.audit.note;
