package dev.stepgate.session;

import java.time.Instant;

/**
 * One client connection of a session: one recording.
 *
 * @param session the session that it belongs to
 * @param number its place in the session, from 1, in the order that clients came
 * @param target the configured connection's name, {@code orders-db} for one
 * @param protocol {@code postgresql}, …
 * @param opened when the client was accepted, by the gateway's clock
 * @param peer the client's end as the gateway saw it, {@code 127.0.0.1:40112} for one
 */
public record Connection(
    SessionId session, int number, String target, String protocol, Instant opened, String peer) {

  /** The name of the connection's recording: session and number, {@code 01K8…/0001} for one. */
  public String recording() {
    return String.format("%s/%04d", session, number);
  }
}
