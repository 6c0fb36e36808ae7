package dev.stepgate;

import dev.stepgate.config.AccessConfig;
import dev.stepgate.identity.IdentityVerifier;
import dev.stepgate.identity.Verification;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.policy.OpenTo;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Identity;
import dev.stepgate.session.Proof;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** Who a job is, and whether what it asks for is open to it. Decides; records nothing. */
final class Access {

  /** What a job is told of every connection that it does not get, whatever the reason. */
  private static final String NOT_OPEN = "no connection of that name is open to this job";

  private static final String NOT_ALL_OPEN =
      "not every connection that was asked for is there and open to this job";

  private final AccessConfig config;
  private final IdentityVerifier verifier;

  Access(AccessConfig config, IdentityVerifier verifier) {
    this.config = config;
    this.verifier = verifier;
  }

  /**
   * What became of a connection that was asked for.
   *
   * @param connection its name, as asked
   * @param word {@code open}, {@code closed} or {@code unknown}
   */
  record Verdict(String connection, String word) {

    boolean open() {
      return word.equals("open");
    }
  }

  /**
   * Who a job is.
   *
   * @param bearer by its evidence
   * @param token the token that proves it, yet to be claimed; null if the evidence is no token
   */
  record Known(Bearer bearer, Verification.Verified token) {}

  /**
   * Who the job is. May wait for an issuer.
   *
   * @throws RefusedException if its evidence proves nobody
   */
  Known know(JobContext job) throws RefusedException {
    Evidence evidence = job.evidence();
    try {
      if (evidence instanceof Evidence.Token token) {
        return verified(verifier.verify(token.compact()));
      }
      if (evidence instanceof Evidence.LocalUser user) {
        return new Known(Bearer.user(user.name(), user.uid()), null);
      }
      return new Known(vouched(((Evidence.Vouched) evidence).identity()), null);
    } catch (IllegalArgumentException e) {
      throw new RefusedException("token-too-large", "the job's identity: " + e.getMessage(), e);
    }
  }

  private static Known verified(Verification verification) throws RefusedException {
    if (verification instanceof Verification.Verified verified) {
      return new Known(new Bearer(verified.identity(), Proof.TOKEN), verified);
    }
    throw refused((Verification.Refused) verification);
  }

  private static RefusedException refused(Verification.Refused refused) {
    return new RefusedException(
        "token-" + refused.code().word(), "the job's token is not accepted: " + refused.sentence());
  }

  /**
   * Makes the job's token its own, after {@link #check}: so nobody fills the store of tokens who is
   * not let in.
   *
   * @throws RefusedException if another job or somebody else had it before
   */
  void claim(Known known, JobContext job) throws RefusedException {
    if (known.token() != null) {
      Optional<Verification.Refused> refused = verifier.claim(known.token(), job.openedBy());
      if (refused.isPresent()) {
        throw refused(refused.get());
      }
    }
  }

  private Bearer vouched(Identity identity) throws RefusedException {
    if (!config.host().equals(identity.issuer()) || config.host().isEmpty()) {
      throw new RefusedException(
          "no-evidence",
          "the configuration names no host that may vouch for a job (identity.host)");
    }
    return new Bearer(identity, Proof.HOST);
  }

  /** What becomes of each connection; every one is looked at in the same way. */
  List<Verdict> verdicts(Bearer bearer, List<String> connections) {
    List<Verdict> verdicts = new ArrayList<>();
    for (String name : connections) {
      boolean known = config.openTo().containsKey(name);
      boolean open = config.openTo().getOrDefault(name, OpenTo.NOBODY).admits(bearer.identity());
      verdicts.add(new Verdict(name, open ? "open" : known ? "closed" : "unknown"));
    }
    return verdicts;
  }

  /**
   * Whether all of them are open.
   *
   * @throws RefusedException with the same words whichever is not, and why
   */
  static void check(List<Verdict> verdicts) throws RefusedException {
    if (!verdicts.stream().allMatch(Verdict::open)) {
      throw new RefusedException("not-open", verdicts.size() == 1 ? NOT_OPEN : NOT_ALL_OPEN);
    }
  }

  /**
   * What the gateway makes of a job's evidence, by which nothing is opened or remembered.
   *
   * @param anyHolder whether also of a token that another has presented: for who may see all anyway
   */
  Look look(JobContext job, boolean anyHolder) {
    try {
      Known known = know(job);
      if (known.token() != null && !anyHolder) {
        Optional<Verification.Refused> others = verifier.held(known.token(), job.openedBy());
        if (others.isPresent()) {
          throw refused(others.get());
        }
      }
      List<String> open = new ArrayList<>();
      config
          .openTo()
          .forEach(
              (name, openTo) -> {
                if (openTo.admits(known.bearer().identity())) {
                  open.add(name);
                }
              });
      return new Look(Optional.of(known.bearer()), "", "", open);
    } catch (RefusedException e) {
      return Look.refused(e);
    }
  }

  /** Refuses a list of connections that nobody can mean. */
  static void checkForm(List<String> connections) throws RefusedException {
    if (connections.isEmpty()) {
      throw new RefusedException("malformed", "a session needs at least one connection");
    }
    if (new LinkedHashSet<>(connections).size() < connections.size()) {
      throw new RefusedException("malformed", "a connection was asked for twice");
    }
  }
}
