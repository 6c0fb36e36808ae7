package dev.stepgate.approval;

import dev.stepgate.session.Session;
import java.time.Duration;
import java.util.List;

/**
 * What people are to be asked about one operation.
 *
 * @param session whose operation it is
 * @param connection the connection's name
 * @param operation its number in its recording
 * @param reference what a person quotes, {@code sg-7QK2:17}
 * @param rule the rule that asks, and {@code message} its words
 * @param from the groups whose members may answer
 * @param count how many of them have to agree
 * @param within how long they have
 * @param policy the digest of the rules
 * @param kind the operation's kind
 * @param statement its text, as a person reads it
 * @param parameters its parameters in order, as a person reads them
 * @param reaches what it does to what, a line each
 * @param transaction whether it waits inside a transaction
 * @param digest what an answer is bound to ({@link Binding})
 */
public record Question(
    Session session,
    String connection,
    long operation,
    String reference,
    String rule,
    String message,
    List<String> from,
    int count,
    Duration within,
    String policy,
    String kind,
    String statement,
    List<String> parameters,
    List<String> reaches,
    boolean transaction,
    String digest) {

  /** Copies the lists. */
  public Question {
    from = List.copyOf(from);
    parameters = List.copyOf(parameters);
    reaches = List.copyOf(reaches);
  }

  /** How much of it a person reads, in characters. */
  long shown() {
    return length(parameters) + length(reaches) + statement.length() + (long) message.length();
  }

  static long length(List<String> texts) {
    return texts.stream().mapToLong(String::length).sum();
  }
}
