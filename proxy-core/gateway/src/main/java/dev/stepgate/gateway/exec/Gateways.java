package dev.stepgate.gateway.exec;

import dev.stepgate.Look;
import dev.stepgate.OpenSession;
import dev.stepgate.People;
import dev.stepgate.RefusedException;
import dev.stepgate.StartException;
import dev.stepgate.Stepgate;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.identity.PersonCheck;
import dev.stepgate.job.JobContext;
import dev.stepgate.job.Seal;
import dev.stepgate.recording.EvidenceException;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Person;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The engine's ways to fail, in the command line's words and exit codes. */
public final class Gateways {

  private Gateways() {}

  /** Starts the engine and says what it found wrong with a predecessor's evidence. */
  public static Stepgate start(GatewayConfig config) throws Failure {
    try {
      Stepgate stepgate = Stepgate.start(config, NativeIo.best(), InstantSource.system());
      stepgate.warnings().forEach(Gateways::say);
      return stepgate;
    } catch (StartException e) {
      throw new Failure(ExitCode.GATEWAY, PlainText.escape(e.getMessage()));
    }
  }

  /** Ends the engine and says which sessions it could not seal. */
  public static void close(Stepgate stepgate) {
    int told = stepgate.warnings().size();
    stepgate.close();
    stepgate.warnings().stream().skip(told).forEach(Gateways::say);
  }

  private static void say(String warning) {
    System.err.println("stepgate: " + PlainText.escape(warning));
  }

  /** Opens a session. */
  public static OpenSession open(Stepgate stepgate, JobContext job, List<String> connections)
      throws Failure {
    try {
      return stepgate.open(job, connections);
    } catch (RefusedException e) {
      throw new Failure(ExitCode.REFUSED, "refused: " + PlainText.escape(e.getMessage()));
    } catch (EvidenceException e) {
      throw noEvidence(e);
    }
  }

  /** Who a session is for, and what proves it, for a build log; not escaped. */
  public static String who(Bearer bearer) {
    String who = bearer.identity().display();
    return switch (bearer.proof()) {
      case TOKEN -> who + " (verified)";
      case HOST -> who + " (vouched for by " + bearer.identity().issuer() + ")";
      case USER -> "user " + who + " of this machine (verified)";
    };
  }

  /** What the engine made of a job's evidence. */
  public static Recognised recognised(Look look) {
    return look.bearer()
        .map(
            bearer ->
                new Recognised(
                    "",
                    "",
                    who(bearer),
                    bearer.proof().word(),
                    bearer.verified(),
                    bearer.shaped(),
                    look.open()))
        .orElse(Recognised.refused(look.code(), look.sentence()));
  }

  /** The person that a token is about, or without one that a user of this machine is. */
  public static RecognisedPerson person(People people, OsUser user, Optional<String> token) {
    PersonCheck check =
        token.map(people::token).orElseGet(() -> people.user(user.name(), user.uid()));
    if (check instanceof PersonCheck.Refused no) {
      return RecognisedPerson.refused(no.code(), no.sentence());
    }
    Person person = ((PersonCheck.Known) check).person();
    return new RecognisedPerson(
        "",
        "",
        person.name(),
        person.issuer(),
        person.subject(),
        List.copyOf(person.groups()),
        people.mayRead(person));
  }

  /** Seals or interrupts a session. */
  public static Seal sealed(Supplier<Seal> ending) throws Failure {
    try {
      return ending.get();
    } catch (EvidenceException e) {
      throw noEvidence(e);
    }
  }

  private static Failure noEvidence(EvidenceException e) {
    return new Failure(
        ExitCode.GATEWAY, "evidence cannot be kept: " + PlainText.escape(e.getMessage()));
  }
}
