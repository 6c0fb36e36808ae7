package dev.stepgate.policy;

import dev.stepgate.operation.Look;
import dev.stepgate.operation.Operation;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;

/**
 * Decides on an operation. A pure function: no clock, no I/O, the same answer for the same
 * question.
 */
public interface Policy {

  /** A connection without rules: everything is allowed, and everything is recorded. */
  Policy ALLOW_ALL =
      new Policy() {
        @Override
        public Decision decide(
            Session session, Connection connection, Operation operation, long now) {
          return Decision.ALLOW;
        }

        @Override
        public Look looks(Session session, Connection connection) {
          return Look.NOTHING;
        }
      };

  /**
   * What becomes of {@code operation}, which carries what {@link #looks} asks for.
   *
   * @param now milliseconds since 1970
   */
  Decision decide(Session session, Connection connection, Operation operation, long now);

  /**
   * The policy that decides about a connection's operations at this moment, one and the same for
   * all questions about one operation: rules may be replaced in between.
   */
  default Policy of(Connection connection) {
    return this;
  }

  /** The rules that it decides by, or null if there are none. */
  default Edition edition() {
    return null;
  }

  /** What has to be known of an operation to decide on it; may change when rules are reloaded. */
  default Look looks(Session session, Connection connection) {
    return Look.FACTS;
  }

  /**
   * What tells the rules that hold now from all others, in hexadecimal; the empty string where
   * there are none. An approval is good for one of these alone.
   */
  default String digest(Session session, Connection connection) {
    return "";
  }
}
