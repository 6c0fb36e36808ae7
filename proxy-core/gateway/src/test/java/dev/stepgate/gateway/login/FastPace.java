package dev.stepgate.gateway.login;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes as soon as it is waited for. */
final class FastPace implements Pace {

  final List<Duration> pauses = new ArrayList<>();
  private Instant now = ScriptedProvider.NOW;

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration time) {
    pauses.add(time);
    now = now.plus(time);
  }
}
