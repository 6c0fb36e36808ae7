package dev.stepgate.gateway.control;

import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.isolation.StepUsers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps jobs from being taken for people at the control socket. A process whose user is a step's,
 * or may become one's, is nobody there, whatever token it holds: it may have found one.
 */
final class PersonDoor {

  /** The code of a process that is a job's, or could be. */
  static final String JOBS_USER = "jobs-user";

  private final Gatekeeper gatekeeper;
  private final Admittance admittance;
  private final Map<Integer, Integer> steps = new ConcurrentHashMap<>();

  PersonDoor(Gatekeeper gatekeeper, Admittance admittance) {
    this.gatekeeper = gatekeeper;
    this.admittance = admittance;
  }

  /** A step of this user's may begin now. */
  void stepBegins(int uid) {
    steps.merge(uid, 1, Integer::sum);
  }

  /** One of them has ended, or never began. */
  void stepEnded(int uid) {
    steps.computeIfPresent(uid, (step, count) -> count > 1 ? count - 1 : null);
  }

  /** Why a step must not run as this user; empty if it may. */
  Optional<String> wrongWithStep(OsUser user) {
    return gatekeeper.namesPerson(user)
        ? Optional.of("people.users names " + user.label() + ", and no step runs as a person")
        : Optional.empty();
  }

  /** The person at the other end; looks at the token only where no job can be. */
  RecognisedPerson person(OsUser user, Optional<String> token) {
    return job(user).orElseGet(() -> gatekeeper.person(user, token));
  }

  /** That a user is a job's, or could be one's; nothing if people may be asked for as them. */
  Optional<RecognisedPerson> job(OsUser user) {
    if (steps.containsKey(user.uid())) {
      return no("a step runs as this user now, and no step is a person");
    }
    if (user.name().equals(StepUsers.ACCOUNT)) {
      return no("this is the account that steps run as");
    }
    // Root asks for steps that run as others. Who is root sees everything here anyway.
    if (user.uid() != OsUser.ROOT && admittance.admits(user)) {
      return no("this user may open sessions, so that steps run as them");
    }
    if (admittance.sharedWithSteps(user)) {
      return no("steps may run as this gateway's own user (--no-isolation)");
    }
    return Optional.empty();
  }

  private static Optional<RecognisedPerson> no(String sentence) {
    return Optional.of(RecognisedPerson.refused(JOBS_USER, sentence));
  }
}
