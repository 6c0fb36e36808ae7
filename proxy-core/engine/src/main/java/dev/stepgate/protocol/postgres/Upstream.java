package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.NoticeResponse;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.WireText;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A session at the server, ready for its first query. Confined to its channel's loop. */
final class Upstream {

  private final Channel channel;
  private final StartupMessage startup;
  private final BackendKeyData key;
  private final List<ParameterStatus> parameters;
  private final List<NoticeResponse> notices;
  private final String proof;
  private final Map<WireText, WireText> changed = new HashMap<>();
  private Runnable whenClosed = () -> {};
  private int clients;

  /**
   * A session.
   *
   * @param channel its channel, read no further than ReadyForQuery
   * @param startup what it began with
   * @param key what cancels it, or null if the server gave none
   * @param parameters what the server said of its settings, in order
   * @param notices what else the server said within the login, in order
   * @param proof how the gateway proved itself, and how the connection is protected, as JSON
   */
  Upstream(
      Channel channel,
      StartupMessage startup,
      BackendKeyData key,
      List<ParameterStatus> parameters,
      List<NoticeResponse> notices,
      String proof) {
    this.channel = channel;
    this.startup = startup;
    this.key = key;
    this.parameters = List.copyOf(parameters);
    this.notices = List.copyOf(notices);
    this.proof = proof;
    channel.closeFuture().addListener(closed -> whenClosed.run());
  }

  /** What is to be done when it is closed; takes the place of what was to be done before. */
  void whenClosed(Runnable task) {
    whenClosed = task;
    if (!channel.isOpen()) {
      task.run();
    }
  }

  Channel channel() {
    return channel;
  }

  StartupMessage startup() {
    return startup;
  }

  BackendKeyData key() {
    return key;
  }

  List<ParameterStatus> parameters() {
    return parameters;
  }

  /** What the server said within the login; it concerns the client that the login was for. */
  List<NoticeResponse> notices() {
    return clients <= 1 ? notices : List.of();
  }

  String proof() {
    return proof;
  }

  /** One more client has it; answers how many have had it before. */
  int lease() {
    return clients++;
  }

  /** The server said that a setting has changed. */
  void changed(ParameterStatus status) {
    changed.put(status.name(), status.value());
  }

  /** What the server has said of a setting last, or null. */
  String setting(String name) {
    WireText wanted = WireText.of(name);
    WireText value = changed.get(wanted);
    for (ParameterStatus parameter : parameters) {
      if (value == null && parameter.name().equals(wanted)) {
        value = parameter.value();
      }
    }
    return value == null ? null : value.toString();
  }

  /** Whether all settings that the server tells of are what they were at the beginning. */
  boolean asNew() {
    for (ParameterStatus parameter : parameters) {
      WireText now = changed.remove(parameter.name());
      if (now != null && !now.equals(parameter.value())) {
        return false;
      }
    }
    return changed.isEmpty();
  }

  /** Hands the channel to {@code next}: what stood last in its pipeline makes place. */
  void handTo(ChannelHandler next) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.replace(pipeline.last(), Visit.RELAY, next);
  }
}
