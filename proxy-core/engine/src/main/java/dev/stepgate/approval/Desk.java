package dev.stepgate.approval;

import dev.stepgate.approval.AnswerRefused.Code;
import dev.stepgate.approval.Request.State;
import dev.stepgate.session.Person;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Where operations wait for people, and people answer. What waits calls from its event loop and is
 * never blocked: the disk is on the desk's own thread. People's calls block. Thread-safe.
 */
public final class Desk {

  /** How many requests of one session may be open. */
  public static final int MAX_OPEN_OF_A_SESSION = 16;

  /** How many one session may ask in all. */
  public static final int MAX_ASKED_BY_A_SESSION = 1_000;

  /** How many may be open in all. */
  public static final int MAX_OPEN = 1_024;

  /** How much those that are open may show in all, in characters. */
  public static final long MAX_SHOWN = 32L << 20;

  /** How many ended ones are looked through for a person. */
  private static final int MAX_LISTED = 100;

  /** How many sessions' requests are counted: more than can be open. */
  private static final int MAX_COUNTED = 100_000;

  private static final int ATTEMPTS = 8;
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int ID_DIGITS = 10;

  private final RequestStore store;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Executor worker;
  private volatile boolean attended;
  private final Map<String, Ticket> waiting = new HashMap<>();
  private final Map<String, Integer> askedBySession = new LinkedHashMap<>();

  /**
   * A desk over {@code store}.
   *
   * @param worker does what waits for the disk, one after the other; what it is given is bounded by
   *     those who ask: each has a few tasks at most
   */
  public Desk(RequestStore store, InstantSource clock, Executor worker) {
    this.store = store;
    this.clock = clock;
    this.worker = worker;
  }

  /** From now on there is a way for people to answer. */
  public void attend() {
    attended = true;
  }

  /** Whether there is a way for people to answer; else nothing is asked. */
  public boolean isAttended() {
    return attended;
  }

  /**
   * Asks people. Does not block.
   *
   * @param wait who is told what becomes of it, through {@code thread}
   */
  public Ticket ask(Question question, Wait wait, Consumer<Runnable> thread) {
    Ticket ticket = new Ticket(this, wait, thread);
    run(() -> ask(question, ticket), ticket);
    return ticket;
  }

  void run(Runnable task, Ticket ticket) {
    try {
      worker.execute(task);
    } catch (RejectedExecutionException e) {
      ticket.tell(wait -> wait.failed("the gateway is closing"));
    }
  }

  private synchronized void ask(Question question, Ticket ticket) {
    if (ticket.over()) {
      return;
    }
    try {
      Optional<Request> earlier = takeUp(question);
      if (earlier.isEmpty()) {
        Optional<String> full = full(question);
        if (full.isPresent()) {
          ticket.tell(wait -> wait.failed(full.get()));
          return;
        }
      }
      Request request = earlier.isPresent() ? earlier.get() : add(question);
      waiting.put(request.id(), ticket);
      ticket.begins(request);
      if (request.state() == State.APPROVED) {
        ticket.tell(wait -> wait.approved(request));
      }
    } catch (IOException e) {
      ticket.tell(wait -> wait.failed("the request cannot be kept: " + e.getMessage()));
    }
  }

  /** What the same job asked before, and nobody waits for: its gateway has died. */
  private Optional<Request> takeUp(Question question) throws IOException {
    for (Request request : store.open()) {
      if (request.digest().equals(question.digest())
          && !waiting.containsKey(request.id())
          && !expired(request)) {
        return Optional.of(request);
      }
    }
    return Optional.empty();
  }

  private Optional<String> full(Question question) throws IOException {
    List<Request> open = new ArrayList<>();
    for (Request request : store.open()) {
      if (!expired(request)) {
        open.add(request);
      }
    }
    String session = question.session().id().value();
    long own = open.stream().filter(request -> request.session().equals(session)).count();
    long shown = open.stream().mapToLong(Request::shown).sum() + question.shown();
    int asked = askedBySession.getOrDefault(session, 0);
    if (own >= MAX_OPEN_OF_A_SESSION || asked >= MAX_ASKED_BY_A_SESSION) {
      return Optional.of(
          "this session has asked too often: "
              + own
              + " of its requests are open, "
              + MAX_OPEN_OF_A_SESSION
              + " may be, and it asked "
              + asked
              + " in all, "
              + MAX_ASKED_BY_A_SESSION
              + " it may");
    }
    if (open.size() >= MAX_OPEN || shown > MAX_SHOWN) {
      return Optional.of(
          "too much waits for people already: "
              + open.size()
              + " requests, "
              + MAX_OPEN
              + " may, of "
              + shown
              + " characters, "
              + MAX_SHOWN
              + " they may have");
    }
    if (askedBySession.size() >= MAX_COUNTED) {
      askedBySession.remove(askedBySession.keySet().iterator().next());
    }
    askedBySession.merge(session, 1, Integer::sum);
    return Optional.empty();
  }

  private Request add(Question question) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Request request = Request.of(id(), question, clock.instant());
      if (store.add(request)) {
        return request;
      }
    }
    throw new IOException("no id is free");
  }

  private String id() {
    StringBuilder id = new StringBuilder("ap-");
    for (int i = 0; i < ID_DIGITS; i++) {
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return id.toString();
  }

  /** Ends it if its time is over; answers whether it is. */
  private boolean expired(Request request) throws IOException {
    if (!request.state().open()) {
      return request.state() == State.EXPIRED;
    }
    if (!request.over(clock.instant())) {
      return false;
    }
    String because =
        request.state() == State.APPROVED
            ? "it was approved, and not run in time"
            : "nobody decided in time";
    Request ended = request.ended(State.EXPIRED, request.expires(), because);
    if (store.replace(ended)) {
      tell(ended);
    }
    return true;
  }

  private void tell(Request request) {
    Ticket ticket = waiting.get(request.id());
    if (ticket == null) {
      return;
    }
    ticket.knows(request);
    if (request.state() == State.ASKED) {
      ticket.tell(wait -> wait.agreed(request));
    } else if (request.state() == State.APPROVED) {
      ticket.tell(wait -> wait.approved(request));
    } else {
      waiting.remove(request.id());
      ticket.tell(wait -> wait.ended(request));
    }
  }

  /** Looks whether its time is over, or another gateway's people have answered. */
  synchronized void look(Ticket ticket, Request known) {
    try {
      Request now = store.find(known.id()).orElse(known);
      if (!expired(now) && now.state() != known.state()) {
        tell(now);
      }
    } catch (IOException e) {
      waiting.remove(known.id());
      ticket.tell(wait -> wait.failed("the request cannot be kept: " + e.getMessage()));
    }
  }

  /** Nobody waits for it any more. */
  synchronized void cancel(String id, String because) {
    try {
      waiting.remove(id);
      change(id, request -> request.ended(State.CANCELLED, clock.instant(), because));
    } catch (IOException e) {
      // It expires. Until then its digest is all that it can be used for.
    }
  }

  /** What the server expects of it. */
  synchronized void expecting(String id, String rows) {
    try {
      change(id, request -> request.expecting(rows));
    } catch (IOException e) {
      // People see that it is not known.
    }
  }

  private void change(String id, java.util.function.UnaryOperator<Request> how) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<Request> now = store.find(id).filter(request -> request.state().open());
      if (now.isEmpty() || store.replace(how.apply(now.get()))) {
        return;
      }
    }
  }

  /**
   * Uses an approval up.
   *
   * @return empty if that is on the disk: now what was asked may run, once; else why it may not
   */
  synchronized Optional<String> use(String id, String digest) {
    try {
      Optional<Request> found = store.find(id);
      if (found.isEmpty()) {
        return Optional.of("its approval is gone");
      }
      Request request = found.get();
      if (expired(request)) {
        return Optional.of("its approval expired at " + request.expires());
      }
      if (request.state() != State.APPROVED) {
        return Optional.of("its approval is " + request.state().word());
      }
      if (!request.digest().equals(digest)) {
        cancel(id, "what would have run was no longer what was approved");
        return Optional.of(
            "what would run is no longer what was approved: the rules, or what it reaches, have"
                + " changed since it was asked");
      }
      boolean used = store.replace(request.ended(State.USED, clock.instant(), "it ran"));
      if (used) {
        waiting.remove(id);
      }
      return used ? Optional.empty() : Optional.of("its approval was changed meanwhile");
    } catch (IOException e) {
      return Optional.of("that its approval is used cannot be kept: " + e.getMessage());
    }
  }

  /**
   * A person's answer. Blocks until it is durable.
   *
   * @param by the user of the process that answers, as {@code name(uid)}
   * @return the request as it is now
   */
  public synchronized Request answer(
      Person person, String by, String id, boolean approve, String reason) throws AnswerRefused {
    try {
      Request request = store.find(id).orElseThrow(() -> AnswerRefused.unknown(id));
      Request now = expired(request) ? store.find(id).orElse(request) : request;
      Request answered = now.answered(person, by, approve, reason, clock.instant());
      if (!store.replace(answered)) {
        throw new AnswerRefused(Code.CHANGED, "somebody else answered " + id + " first");
      }
      tell(answered);
      return answered;
    } catch (IOException e) {
      throw new AnswerRefused(
          Code.FAILED, "the answer to " + id + " cannot be kept: " + e.getMessage(), e);
    }
  }

  /** One request, for a person who may answer it. */
  public synchronized Request show(Person person, String id) throws AnswerRefused {
    try {
      Request request = store.find(id).orElseThrow(() -> AnswerRefused.unknown(id));
      if (!request.concerns(person)) {
        throw AnswerRefused.unknown(id);
      }
      return expired(request) ? store.find(id).orElse(request) : request;
    } catch (IOException e) {
      throw new AnswerRefused(Code.FAILED, id + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The requests that a person may answer, the oldest first; ended ones behind, if wanted. */
  public synchronized List<Request> list(Person person, boolean endedToo) throws AnswerRefused {
    try {
      List<Request> open = new ArrayList<>();
      for (Request request : store.open()) {
        if (!expired(request)) {
          open.add(request);
        }
      }
      open.sort(Comparator.comparing(Request::asked).thenComparing(Request::id));
      if (endedToo) {
        open.addAll(store.ended(MAX_LISTED));
      }
      open.removeIf(request -> !request.concerns(person));
      return open;
    } catch (IOException e) {
      throw new AnswerRefused(Code.FAILED, "requests cannot be read: " + e.getMessage(), e);
    }
  }
}
