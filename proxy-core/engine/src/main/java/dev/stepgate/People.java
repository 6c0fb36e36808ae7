package dev.stepgate;

import dev.stepgate.config.PeopleConfig;
import dev.stepgate.identity.PersonCheck;
import dev.stepgate.identity.PersonVerifier;
import dev.stepgate.identity.SignIn;
import dev.stepgate.session.Person;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Who is a person here, and what people may do. Whoever asks has made sure first that it is no
 * job's process that shows itself: a token can be stolen, a process's user cannot. Thread-safe.
 */
public final class People {

  /** The code of a user that the configuration does not name as a person. */
  public static final String NOT_LISTED = "not-listed";

  private static final int ROOT = 0;

  private final PeopleConfig config;
  private final Optional<PersonVerifier> verifier;

  private People(PeopleConfig config, Optional<PersonVerifier> verifier) {
    this.config = config;
    this.verifier = verifier;
  }

  /**
   * The people of a configuration, whose provider's keys are fetched over {@code transport}.
   *
   * @throws IOException naming a certificate's file that cannot be used
   */
  static People of(PeopleConfig config, Transport transport, InstantSource clock)
      throws IOException {
    Optional<PersonVerifier> verifier = Optional.empty();
    if (config.signIn().isPresent()) {
      SignIn signIn = config.signIn().get();
      verifier =
          Optional.of(
              new PersonVerifier(signIn, Issuers.documents(signIn.issuer(), transport), clock));
    }
    return new People(config, verifier);
  }

  /**
   * The person that a user of this machine is.
   *
   * @param name the user's name, by the kernel's word about a process of theirs
   */
  public PersonCheck user(String name, int uid) {
    List<String> groups = config.users().get(name);
    if (groups == null || uid == ROOT) {
      return new PersonCheck.Refused(
          NOT_LISTED, "people.users does not name this user, and no token was shown");
    }
    return new PersonCheck.Known(Person.local(name, uid, groups));
  }

  /** The person that a token is about; may wait for the provider, within 10 s. */
  public PersonCheck token(String token) {
    return verifier
        .map(known -> known.verify(token))
        .orElse(
            new PersonCheck.Refused(
                "no-sign-in", "people.sign_in is not configured: no token is a person's"));
  }

  /** Whether a person may read recordings through the gateway. */
  public boolean mayRead(Person person) {
    return person.inOneOf(config.readers());
  }
}
