package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import io.netty.channel.Channel;
import java.util.List;

/**
 * A session at the server, ready for its first query.
 *
 * @param channel its channel, read no further than ReadyForQuery
 * @param key what cancels it, or null if the server gave none
 * @param parameters what the server said of its settings, in order
 * @param proof how the gateway proved itself, and how the connection is protected, as JSON
 */
record Upstream(
    Channel channel, BackendKeyData key, List<ParameterStatus> parameters, String proof) {

  /** Copies the list. */
  Upstream {
    parameters = List.copyOf(parameters);
  }
}
