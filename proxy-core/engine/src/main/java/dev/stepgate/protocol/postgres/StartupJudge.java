package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.NegotiateProtocolVersion;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.protocol.postgres.wire.StartupMessage.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for with its StartupMessage, judged before it proves itself. Pure.
 *
 * @param user the user that it names
 * @param database the database that it means; the user's name if it names none, as a server does
 * @param minor the minor protocol version that will be spoken
 * @param negotiation what the client is told of the protocol version, or null
 * @param forwarded what the server is sent in its place
 */
record StartupJudge(
    String user,
    String database,
    int minor,
    NegotiateProtocolVersion negotiation,
    StartupMessage forwarded) {

  /** The newest minor version that is spoken. */
  static final int NEWEST_MINOR = 2;

  private static final String USER = "user";
  private static final String DATABASE = "database";
  private static final String REPLICATION = "replication";

  /** The server's ways to say no, whole (bool.c); whatever else stands there is no plain no. */
  private static final Set<String> NO = Set.of("false", "off", "no", "0");

  /** A StartupMessage that no session can begin with. */
  static final class Unfit extends Exception {

    private static final long serialVersionUID = 1;

    private final String sqlState;

    Unfit(String sqlState, String message) {
      super(message, null, false, false);
      this.sqlState = sqlState;
    }

    String sqlState() {
      return sqlState;
    }
  }

  /** Judges {@code message}. */
  static StartupJudge of(StartupMessage message) throws Unfit {
    if (!message.duplicates().isEmpty()) {
      throw new Unfit(SqlState.PROTOCOL, "a start-up parameter is given more than once");
    }
    Optional<String> replication = message.parameter(REPLICATION);
    if (replication.isPresent() && !NO.contains(replication.get().toLowerCase(Locale.ROOT))) {
      throw new Unfit(SqlState.NOT_SUPPORTED, "replication connections are not supported");
    }
    String user = message.parameter(USER).orElse("");
    if (user.isEmpty()) {
      throw new Unfit(SqlState.AUTHORIZATION, "the start-up message names no user");
    }
    String database = message.parameter(DATABASE).filter(name -> !name.isEmpty()).orElse(user);
    int minor = Math.min(message.minor(), NEWEST_MINOR);
    return new StartupJudge(
        user, database, minor, negotiation(message), forwarded(message, minor, user, database));
  }

  private static NegotiateProtocolVersion negotiation(StartupMessage message) {
    List<String> options = message.protocolOptions();
    if (message.minor() <= NEWEST_MINOR && options.isEmpty()) {
      return null;
    }
    return NegotiateProtocolVersion.minor(Math.min(message.minor(), NEWEST_MINOR), options);
  }

  private static StartupMessage forwarded(
      StartupMessage message, int minor, String user, String database) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(new Parameter(USER, user));
    parameters.add(new Parameter(DATABASE, database));
    for (Parameter parameter : message.parameters()) {
      String name = parameter.name();
      boolean own = name.equals(USER) || name.equals(DATABASE) || name.equals(REPLICATION);
      if (!own && !name.startsWith(StartupMessage.PROTOCOL_OPTION_PREFIX)) {
        parameters.add(parameter);
      }
    }
    return new StartupMessage(minor == NEWEST_MINOR ? minor : 0, parameters);
  }

  /** How long the secret of this client's cancel key is, in bytes. */
  int cancelKeyBytes() {
    return minor >= NEWEST_MINOR ? 32 : 4;
  }
}
