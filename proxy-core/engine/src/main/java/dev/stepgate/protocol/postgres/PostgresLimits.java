package dev.stepgate.protocol.postgres;

import java.time.Duration;

/**
 * The named limits of one connection's endpoint.
 *
 * @param clients client connections at a time, those that still log in included
 * @param unauthenticated client connections at a time that have not logged in yet
 * @param login how long a client may take from its first byte until it is ready, in total
 * @param connect how long each of the server's addresses may take to accept the TCP connection
 * @param upstreamLogin how long TLS and authentication at the server may take once it has accepted
 *     the connection
 * @param statementBytes the most that a Query, Parse, Bind or FunctionCall may hold, in bytes
 * @param replyBytes the most that a server's message may hold that is not streamed, in bytes
 * @param cancelsPerSecond how many cancel requests are acted on in a second, on average
 * @param cancel how long the server may take to act on a cancel request, connecting included
 * @param idleUpstreams server connections that are kept for the session's next client; 0 for none
 * @param idleUpstream how long one is kept
 */
public record PostgresLimits(
    int clients,
    int unauthenticated,
    Duration login,
    Duration connect,
    Duration upstreamLogin,
    int statementBytes,
    int replyBytes,
    int cancelsPerSecond,
    Duration cancel,
    int idleUpstreams,
    Duration idleUpstream) {

  /** 1,000 clients, 100 of them logging in within 30 s, statements of 16 MiB. */
  public static final PostgresLimits DEFAULT =
      new PostgresLimits(
          1_000,
          100,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          16 << 20,
          16 << 20,
          20,
          Duration.ofSeconds(10),
          4,
          Duration.ofSeconds(60));

  /** Refuses what cannot work. */
  public PostgresLimits {
    atLeast("clients", clients, 1);
    atLeast("unauthenticated", unauthenticated, 1);
    atLeast("login ms", login.toMillis(), 1);
    atLeast("connect ms", connect.toMillis(), 1);
    atLeast("upstreamLogin ms", upstreamLogin.toMillis(), 1);
    atLeast("statementBytes", statementBytes, 1 << 10);
    atLeast("replyBytes", replyBytes, 1 << 10);
    atLeast("cancelsPerSecond", cancelsPerSecond, 1);
    atLeast("cancel ms", cancel.toMillis(), 1);
    atLeast("idleUpstreams", idleUpstreams, 0);
    atLeast("idleUpstream ms", idleUpstream.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ", at least " + least);
    }
  }
}
