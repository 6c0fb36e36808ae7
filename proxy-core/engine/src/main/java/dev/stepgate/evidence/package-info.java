/**
 * Recordings held against the log: the bundle that carries a session to a stranger, and the
 * verifier ({@code docs/specs/bundle.md}).
 */
package dev.stepgate.evidence;
