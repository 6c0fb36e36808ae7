package dev.stepgate.gateway.exec;

import dev.stepgate.OpenSession;
import dev.stepgate.Stepgate;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.SessionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A gateway in this process, for one step. */
public final class InProcessDoor implements SessionDoor {

  private final Stepgate stepgate;
  private final GatewayConfig config;
  private final OsUser own;
  private final Isolation isolation;
  private final OsUser step;

  private InProcessDoor(
      Stepgate stepgate, GatewayConfig config, OsUser own, Isolation isolation, OsUser step) {
    this.step = step;
    this.stepgate = stepgate;
    this.config = config;
    this.own = own;
    this.isolation = isolation;
  }

  /**
   * Starts the gateway.
   *
   * @param own the user that this process runs as
   * @param isolation what will keep the step from it
   * @param step the user that the step will run as
   */
  public static InProcessDoor start(
      GatewayConfig config, OsUser own, Isolation isolation, OsUser step) throws Failure {
    Stepgate stepgate = Gateways.start(config);
    return new InProcessDoor(stepgate, config, own, isolation, step);
  }

  @Override
  public Opened open(Optional<String> token, Map<String, String> claimed, List<String> connections)
      throws Failure {
    Evidence evidence =
        token
            .<Evidence>map(Evidence.Token::new)
            .orElse(new Evidence.LocalUser(own.name(), own.uid()));
    JobContext job =
        new JobContext(own.label(), isolation, evidence, Optional.of(step.uid()), claimed);
    return new Local(
        Gateways.open(stepgate, job, connections),
        connections.stream().map(stepgate.rules()::mode).toList());
  }

  @Override
  public Set<String> secretVariables() {
    return config.secretVariables();
  }

  @Override
  public void close() {
    Gateways.close(stepgate);
  }

  private record Local(OpenSession session, List<String> modes) implements Opened {

    @Override
    public SessionId id() {
      return session.session().id();
    }

    @Override
    public String who() {
      return Gateways.who(session.session().bearer());
    }

    @Override
    public Isolation isolation() {
      return session.session().isolation();
    }

    @Override
    public StepEnvironment environment() {
      return session.environment();
    }

    @Override
    public Seal seal() throws Failure {
      return Gateways.sealed(session::seal);
    }
  }
}
