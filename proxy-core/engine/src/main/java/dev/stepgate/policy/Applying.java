package dev.stepgate.policy;

import dev.stepgate.session.Identity;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which rules count for a session at a moment. What is remembered changes no answer: an identity
 * does not change within a session, and no window begins or ends within a minute.
 */
final class Applying {

  /** Sessions that are remembered at most. */
  private static final int MOST = 4096;

  private static final long MINUTE = 60_000;

  private final List<Rule> rules;
  private final boolean[] always;
  private final boolean anyIdentity;
  private final boolean anyTimes;
  private final Map<SessionId, boolean[]> sessions = new ConcurrentHashMap<>();
  private volatile Minute last;

  /** Which rules count within one minute. */
  private static final class Minute {
    private final long number;
    private final boolean[] within;

    Minute(long number, boolean[] within) {
      this.number = number;
      this.within = within;
    }
  }

  Applying(List<Rule> rules) {
    this.rules = rules;
    always = new boolean[rules.size()];
    Arrays.fill(always, true);
    anyIdentity = rules.stream().anyMatch(rule -> !rule.when().identity().isEmpty());
    anyTimes = rules.stream().anyMatch(rule -> !rule.when().times().isEmpty());
  }

  /** For each rule, whether it counts. Not to be changed. */
  boolean[] at(Session session, long now) {
    boolean[] who = anyIdentity ? who(session) : always;
    if (!anyTimes) {
      return who;
    }
    boolean[] when = when(now);
    if (!anyIdentity) {
      return when;
    }
    boolean[] both = new boolean[who.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = who[i] && when[i];
    }
    return both;
  }

  private boolean[] who(Session session) {
    boolean[] known = sessions.get(session.id());
    if (known == null) {
      if (sessions.size() >= MOST) {
        sessions.clear();
      }
      known = new boolean[rules.size()];
      for (int i = 0; i < known.length; i++) {
        known[i] = isFor(rules.get(i), session.bearer().identity());
      }
      sessions.put(session.id(), known);
    }
    return known;
  }

  private boolean[] when(long now) {
    long number = Math.floorDiv(now, MINUTE);
    Minute minute = last;
    if (minute == null || minute.number != number) {
      boolean[] within = new boolean[rules.size()];
      for (int i = 0; i < within.length; i++) {
        within[i] = isNow(rules.get(i), now);
      }
      minute = new Minute(number, within);
      last = minute;
    }
    return minute.within;
  }

  static boolean isFor(Rule rule, Identity identity) {
    List<IdentityPattern> patterns = rule.when().identity();
    return patterns.isEmpty()
        || patterns.stream().anyMatch(pattern -> pattern.match(identity).matched());
  }

  static boolean isNow(Rule rule, long now) {
    List<Window> times = rule.when().times();
    return times.isEmpty() || times.stream().anyMatch(window -> window.contains(now));
  }
}
