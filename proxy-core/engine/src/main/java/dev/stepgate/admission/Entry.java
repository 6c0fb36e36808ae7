package dev.stepgate.admission;

import dev.stepgate.approval.Desk;
import dev.stepgate.operation.Look;
import dev.stepgate.operation.Operation;
import dev.stepgate.operation.Outcome;
import dev.stepgate.policy.Decision;
import dev.stepgate.policy.Edition;
import dev.stepgate.policy.Policy;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.recording.Recording;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Session;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One client connection's way through the gate. Confined to the thread of its recording. Buffers
 * are read from position to limit, copied, and left as they were.
 */
public final class Entry {

  /** How many approved operations are known, for what goes on with them: a portal, a COPY. */
  private static final int MAX_APPROVED = 256;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final Session session;
  private final Connection connection;
  private final Policy policy;
  private final InstantSource clock;
  private final Recording recording;
  private final Optional<Desk> desk;
  private final Set<Long> approved = new LinkedHashSet<>();
  private final PolicyNotes notes;
  private long operations;
  private long refused;

  Entry(
      Session session,
      Connection connection,
      Policy policy,
      InstantSource clock,
      Recording recording,
      Optional<Desk> desk) {
    this.session = session;
    this.connection = connection;
    this.policy = policy;
    this.clock = clock;
    this.recording = recording;
    this.desk = desk;
    this.notes = new PolicyNotes(recording);
  }

  /**
   * Records the request and decides on it. The caller forwards nothing of it without the permit,
   * and flushes what it forwarded only once {@link #settled} says so.
   */
  public Admission admit(Operation operation, ByteBuffer request) {
    return admit(operation, request, false);
  }

  /**
   * The same for what goes on with its subject itself: a further piece of an open portal, the data
   * of a COPY. Where people have agreed to that one, they are not asked again.
   */
  public Admission goOn(Operation operation, ByteBuffer request) {
    return admit(operation, request, true);
  }

  private Admission admit(Operation operation, ByteBuffer request, boolean goesOn) {
    long number = operations + 1;
    try {
      Policy rules = policy.of(connection);
      notes.decidesBy(rules.edition());
      recording.request(number, operation, request);
      operations = number;
      if (rules.looks(session, connection) == Look.NOTHING) {
        return new Permit(recording, number);
      }
      Decision decision = rules.decide(session, connection, operation, clock.millis());
      if (decision.isObserved()) {
        notes.verdict(number, operation, decision);
      }
      if (decision.allowed()) {
        return new Permit(recording, number);
      }
      if (decision.verdict() == Decision.Verdict.DENY) {
        notes.verdict(number, operation, decision);
        return refuse(Refusal.Code.FORBIDDEN, number, decision.rule(), decision.reason());
      }
      if (operation.kind() == Operation.Kind.PARSE) {
        return new Permit(recording, number, true); // people are asked when it is to run
      }
      if (goesOn && approved.contains(operation.subject())) {
        return approved(number);
      }
      notes.verdict(number, operation, decision);
      return new Waiting(this, number, operation, decision);
    } catch (EvidenceException e) {
      return lost(number, e);
    }
  }

  /**
   * Records a request of which nothing is forwarded, and nobody has to decide on: what the target
   * would skip after an error, or what it would do cannot be found out.
   *
   * @throws EvidenceException if it cannot be kept; the connection must end
   */
  public void leftOut(Operation operation, Outcome outcome, ByteBuffer request) {
    recording.request(operations + 1, operation, request);
    operations++;
    recording.outcome(operations, outcome, 0, NOTHING);
  }

  /**
   * Records what is no operation: start-up parameters, authentication, Sync, a notification.
   *
   * @throws EvidenceException if it cannot be kept; the connection must end
   */
  public void note(String kind, ByteBuffer body) {
    recording.note(kind, body);
  }

  /**
   * Whether all that was admitted is as durable as the configuration asks, so that what was
   * forwarded may be flushed. If not, {@code later} runs on this thread once it is.
   */
  public boolean settled(Runnable later) {
    return recording.settled(later);
  }

  /**
   * Whether one more read from either peer can be recorded. If not, {@code later} runs on this
   * thread once it can; until then nothing more is read.
   */
  public boolean ready(Runnable later) {
    return recording.ready(later);
  }

  /** The connection is over; {@code reason} is a sentence. */
  public void close(String reason) {
    recording.end(reason);
  }

  /** The session that this connection belongs to. */
  public Session session() {
    return session;
  }

  /** What has to be known of an operation before it is admitted. */
  public Look looks() {
    return policy.looks(session, connection);
  }

  /** The connection. */
  public Connection connection() {
    return connection;
  }

  /** How many operations were admitted or refused so far. */
  public long operations() {
    return operations;
  }

  /** How many operations were refused so far. */
  public long refused() {
    return refused;
  }

  Decision decide(Operation operation) {
    return policy.decide(session, connection, operation, clock.millis());
  }

  Instant now() {
    return clock.instant();
  }

  /** The digest of the rules that hold now. */
  String digest() {
    Edition edition = policy.of(connection).edition();
    return edition == null ? "" : edition.digest();
  }

  Optional<Desk> desk() {
    return desk;
  }

  Refusal refuse(Refusal.Code code, long number, String rule, String sentence) {
    refused++;
    recording.outcome(number, Outcome.refused(rule), 0, NOTHING);
    return new Refusal(code, number, reference(number), rule, sentence);
  }

  void skip(long number) {
    recording.outcome(number, Outcome.SKIPPED, 0, NOTHING);
  }

  Refusal lost(long number, EvidenceException e) {
    return new Refusal(Refusal.Code.NO_EVIDENCE, 0, reference(number), "", e.getMessage());
  }

  /** The permit of an operation that people have agreed to. */
  Permit approved(long number) {
    if (approved.size() == MAX_APPROVED) {
      approved.remove(approved.iterator().next());
    }
    approved.add(number);
    return new Permit(recording, number);
  }

  String reference(long number) {
    return session.id().reference() + ":" + number;
  }
}
