package dev.stepgate.gateway.control;

import dev.stepgate.config.ServeConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.session.Isolation;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Which users may open sessions, and what then keeps their steps from the gateway. */
public final class Admittance {

  private final int gatewayUid;
  private final Set<Integer> users;
  private final Set<Integer> groups;
  private final boolean noIsolation;

  /**
   * Admits users and groups by number.
   *
   * @param gatewayUid the user that this gateway runs as
   * @param noIsolation whether steps may run as that very user, on the operator's word
   */
  Admittance(int gatewayUid, Set<Integer> users, Set<Integer> groups, boolean noIsolation) {
    this.gatewayUid = gatewayUid;
    this.users = Set.copyOf(users);
    this.groups = Set.copyOf(groups);
    this.noIsolation = noIsolation;
  }

  /**
   * Admits those whom the configuration names.
   *
   * @throws Failure if it names somebody whom this system does not know
   */
  public static Admittance of(ServeConfig config, int gatewayUid, boolean noIsolation)
      throws Failure {
    Set<Integer> users = new HashSet<>();
    for (String name : config.users()) {
      users.add(OsUser.named(name).orElseThrow(() -> unknown("serve.users", name)).uid());
    }
    Set<Integer> groups = new HashSet<>();
    for (String name : config.groups()) {
      groups.add(OsUser.group(name).orElseThrow(() -> unknown("serve.groups", name)));
    }
    return new Admittance(gatewayUid, users, groups, noIsolation);
  }

  private static Failure unknown(String key, String name) {
    return new Failure(ExitCode.CONFIG, key + ": this system has no " + name);
  }

  /**
   * The numbers of the users that the configuration names as people.
   *
   * @throws Failure if it names somebody whom this system does not know, or as whom steps may run
   */
  public Set<Integer> apartFromSteps(Set<String> people) throws Failure {
    Set<Integer> uids = new HashSet<>();
    for (String name : people) {
      OsUser user = OsUser.named(name).orElseThrow(() -> unknown("people.users", name));
      if (admits(user) || user.uid() == OsUser.ROOT) {
        throw new Failure(
            ExitCode.CONFIG,
            "people.users: "
                + user.label()
                + " is root or may open sessions (serve.users, serve.groups), so that steps run as"
                + " them; no step is a person");
      }
      uids.add(user.uid());
    }
    return uids;
  }

  /** Whether nobody at all may open a session. */
  public boolean admitsNobody() {
    return users.isEmpty() && groups.isEmpty();
  }

  /** Whether {@code user} may talk to the gateway. */
  boolean admits(OsUser user) {
    return users.contains(user.uid())
        || (!groups.isEmpty() && user.groups().stream().anyMatch(groups::contains));
  }

  /** Whether steps may run as {@code user} because it is the gateway's own. */
  boolean sharedWithSteps(OsUser user) {
    return noIsolation && user.uid() == gatewayUid;
  }

  /**
   * What keeps the step of an admitted peer from this gateway.
   *
   * @param step the user that root says it will run the step as; nobody else may say so
   * @return empty if nothing does, and nobody said that this is all right
   */
  Optional<Isolation> isolation(Peer peer, Optional<Integer> step) {
    int uid = peer.isRoot() ? step.orElse(OsUser.ROOT) : peer.user().uid();
    // Root reads everybody's memory, so a step of root's is kept from nothing.
    if (uid != OsUser.ROOT && uid != gatewayUid) {
      return Optional.of(Isolation.USER);
    }
    return noIsolation ? Optional.of(Isolation.NONE) : Optional.empty();
  }
}
