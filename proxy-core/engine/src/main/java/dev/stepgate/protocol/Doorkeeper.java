package dev.stepgate.protocol;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * Who knows whose process is at the other end of an endpoint's connection, and is told of those who
 * were turned away. One for each endpoint; never blocks; thread-safe.
 */
public interface Doorkeeper {

  /** Knows nobody and tells nobody. */
  Doorkeeper NONE =
      new Doorkeeper() {
        @Override
        public boolean knowsTheStep() {
          return false;
        }

        @Override
        public void look(Channel client, Consumer<Caller> answer) {
          answer.accept(Caller.UNKNOWN);
        }

        @Override
        public void loginFailed(Channel client, Caller caller, String user) {
          // Nobody is told.
        }

        @Override
        public void turnedAway(Channel client, Caller caller, boolean rightToken) {
          // Nobody is told.
        }
      };

  /** Whether it is known which user the step runs as. */
  boolean knowsTheStep();

  /**
   * Looks whose process a client is.
   *
   * @param answer told once, at once or on any thread
   */
  void look(Channel client, Consumer<Caller> answer);

  /** A login failed: wrong token, or another user than the connection's. */
  void loginFailed(Channel client, Caller caller, String user);

  /**
   * A client was turned away for whose it is.
   *
   * @param rightToken whether it had the session's token
   */
  void turnedAway(Channel client, Caller caller, boolean rightToken);
}
