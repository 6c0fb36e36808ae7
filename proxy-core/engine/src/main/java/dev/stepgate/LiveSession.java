package dev.stepgate;

import dev.stepgate.job.Endpoint;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An open session: its endpoints, and one way out. */
final class LiveSession implements OpenSession {

  /** How long clients may take to be gone once their endpoint closes. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Session session;
  private final List<SessionEndpoint> endpoints;
  private final StepEnvironment environment;
  private final Sealing sealing;
  private final Runnable gone;
  private Seal seal;

  LiveSession(Session session, List<SessionEndpoint> endpoints, Sealing sealing, Runnable gone) {
    this.session = session;
    this.endpoints = List.copyOf(endpoints);
    this.environment = StepEnvironment.of(session.id(), endpoints());
    this.sealing = sealing;
    this.gone = gone;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints.stream().map(SessionEndpoint::endpoint).toList();
  }

  @Override
  public StepEnvironment environment() {
    return environment;
  }

  @Override
  public long operations() {
    return endpoints.stream().mapToLong(SessionEndpoint::operations).sum();
  }

  private long refused() {
    return endpoints.stream().mapToLong(SessionEndpoint::refused).sum();
  }

  @Override
  public Seal seal() {
    return OwnThread.run("stepgate-seal", () -> end(Optional.empty(), "the session was sealed"));
  }

  @Override
  public Seal interrupt(String reason) {
    return OwnThread.run("stepgate-seal", () -> end(Optional.of(reason), reason));
  }

  private synchronized Seal end(Optional<String> interrupted, String reason) {
    if (seal == null) {
      gone.run();
      closeAll(endpoints, reason);
      SessionLog.Counts counts = new SessionLog.Counts(operations(), refused());
      seal = sealing.seal(session.id(), interrupted, counts);
    }
    return seal;
  }

  /** Closes endpoints and waits until their clients are gone. */
  static void closeAll(List<SessionEndpoint> endpoints, String reason) {
    CompletableFuture<?>[] closing =
        endpoints.stream()
            .map(endpoint -> endpoint.close(reason).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(closing).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new EvidenceException("an endpoint did not close: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new EvidenceException("clients were not gone within " + PATIENCE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EvidenceException("interrupted while clients were ended", e);
    } finally {
      endpoints.forEach(SessionEndpoint::remove);
    }
  }
}
