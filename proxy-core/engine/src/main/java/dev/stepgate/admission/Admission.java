package dev.stepgate.admission;

/**
 * The gate's answer to an operation: a {@link Permit} to forward it, a {@link Refusal}, or that
 * people are to be asked first ({@link Waiting}).
 */
public sealed interface Admission permits Permit, Refusal, Waiting {}
