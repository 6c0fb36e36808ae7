package dev.stepgate.gateway.login;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Time, and waiting for it to pass. */
interface Pace {

  /** The system's. */
  Pace SYSTEM =
      new Pace() {
        @Override
        public Instant now() {
          return Instant.now();
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
          TimeUnit.MILLISECONDS.sleep(time.toMillis());
        }
      };

  /** What time it is. */
  Instant now();

  /** Waits so long. */
  void pause(Duration time) throws InterruptedException;
}
