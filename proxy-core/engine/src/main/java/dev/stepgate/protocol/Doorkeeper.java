package dev.stepgate.protocol;

import java.net.InetSocketAddress;

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
        public void loginFailed(InetSocketAddress peer, InetSocketAddress here, String user) {
          // Nobody is told.
        }

        @Override
        public void check(
            InetSocketAddress peer, InetSocketAddress here, Runnable own, Runnable stranger) {
          stranger.run();
        }
      };

  /** Whether it is known which user the step runs as. */
  boolean knowsTheStep();

  /** A login failed: wrong token, or another user than the connection's. */
  void loginFailed(InetSocketAddress peer, InetSocketAddress here, String user);

  /**
   * Looks whose process a client is; runs one of the two, on any thread.
   *
   * @param own if it is the step's user's, or root's, who may do anything
   * @param stranger if it is another user's, or the kernel does not say
   */
  void check(InetSocketAddress peer, InetSocketAddress here, Runnable own, Runnable stranger);
}
