/**
 * PostgreSQL's frontend/backend protocol, versions 3.0 and 3.2, as messages and bytes: one class a
 * message, named as in the manual (chapter "Frontend/Backend Protocol", section "Message Formats").
 *
 * <p>A decoder answers with a message, with {@code null} (more bytes are needed), or with a {@link
 * dev.stepgate.protocol.postgres.wire.WireException}; nothing else. What a length or count claims
 * is checked against its limit and against the bytes that are there before memory is taken for it.
 * Decoding is strict: what a decoder accepts, the message's {@code encode} writes back byte for
 * byte.
 */
package dev.stepgate.protocol.postgres.wire;
