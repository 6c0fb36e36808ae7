package dev.stepgate.policy;

import dev.stepgate.operation.Operation;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;

/**
 * Decides on an operation. A pure function: no clock, no I/O, the same answer for the same
 * question.
 */
@FunctionalInterface
public interface Policy {

  /** A connection without rules: everything is allowed, and everything is recorded. */
  Policy ALLOW_ALL = (session, connection, operation) -> Decision.ALLOW;

  /** What becomes of {@code operation}. */
  Decision decide(Session session, Connection connection, Operation operation);
}
