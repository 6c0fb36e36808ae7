package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.List;

/** One client's hold on a session at the server, and how both are let go. */
interface Lease {

  /** The client's channel. */
  Channel client();

  /** The server's channel. */
  Channel upstream();

  /** The target's limits. */
  PostgresLimits limits();

  /** The memory that all connections of the gateway share. */
  Memory memory();

  /** The connection's name in the configuration. */
  String name();

  /** What is asked about statements, if anybody wants to know. */
  Insight insight();

  /** What the server has said of a setting last, or null. */
  String setting(String name);

  /** One more session at the server, for the gateway itself: it begins as the client's did. */
  Future<Upstream> another(List<StartupMessage.Parameter> settings);

  /** Cancels what the server does for this client; completes when it can hit nothing any more. */
  Future<Void> cancel();

  /** The server said that a setting has changed. */
  void parameter(ParameterStatus status);

  /** The client did something that may show in later sessions: objects, roles, settings. */
  void defined();

  /**
   * The client ended its session, and nothing is owed to it.
   *
   * @param clean whether the server waits outside a transaction, and was asked for nothing that
   *     outlives a session but data
   */
  void finished(boolean clean);

  /**
   * The session cannot go on.
   *
   * @param last what the client is still told, or null; taken over
   * @param running whether the server works on something that nobody waits for any more
   */
  void broken(ByteBuf last, boolean running);
}
