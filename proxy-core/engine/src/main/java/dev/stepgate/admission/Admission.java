package dev.stepgate.admission;

/** The gate's answer to an operation: a {@link Permit} to forward it, or a {@link Refusal}. */
public sealed interface Admission permits Permit, Refusal {}
