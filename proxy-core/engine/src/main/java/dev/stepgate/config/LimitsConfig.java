package dev.stepgate.config;

import java.time.Duration;

/**
 * The bounds that an operator may move.
 *
 * @param sessions sessions open at once
 * @param connections client connections at once, over all sessions
 * @param connectionsPerSession client connections of one session at once
 * @param message bytes of a message that must be understood whole (a statement, a Bind); data
 *     streams and is not bounded by it
 * @param capture bytes of one operation's response that are recorded as the client saw them; what
 *     follows is counted and digested
 * @param journal bytes of memory-mapped journal that a lane may use before clients have to wait
 * @param login how long a client may take to authenticate
 * @param connect how long the gateway tries to reach a target and log in
 */
public record LimitsConfig(
    int sessions,
    int connections,
    int connectionsPerSession,
    int message,
    long capture,
    long journal,
    Duration login,
    Duration connect) {

  /** What holds where the configuration says nothing. */
  public static final LimitsConfig DEFAULT =
      new LimitsConfig(
          1_000,
          10_000,
          1_000,
          64 << 20,
          1 << 20,
          64L << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(15));
}
