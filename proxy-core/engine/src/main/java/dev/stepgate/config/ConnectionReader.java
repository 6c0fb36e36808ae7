package dev.stepgate.config;

import dev.stepgate.credential.CredentialException;
import dev.stepgate.credential.Secret;
import dev.stepgate.credential.SecretSource;
import dev.stepgate.protocol.postgres.Credential;
import dev.stepgate.protocol.postgres.PostgresLimits;
import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.protocol.postgres.UpstreamAuth;
import dev.stepgate.transport.DialTls;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one connection. */
final class ConnectionReader {

  /** Longest name of a connection. */
  static final int MAX_NAME = 48;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\[\\]/:@?#\\s]+)(?::([0-9]{1,5}))?/(.+)");
  private static final int DEFAULT_PORT = 5432;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_IDLE = 1_000;
  private static final Duration MAX_KEEP = Duration.ofHours(1);
  private static final Set<UpstreamAuth> WITH_PASSWORD =
      EnumSet.of(UpstreamAuth.SCRAM_SHA_256, UpstreamAuth.MD5, UpstreamAuth.PASSWORD);

  private final ConfigFile.Surroundings surroundings;
  private final PasswordReader passwords;
  private final PostgresLimits limits;

  ConnectionReader(
      ConfigFile.Surroundings surroundings, PasswordReader passwords, PostgresLimits limits) {
    this.surroundings = surroundings;
    this.passwords = passwords;
    this.limits = limits;
  }

  /** What is wrong with a connection's name, if anything. */
  static Optional<String> wrongWithName(String name) {
    return name.length() <= MAX_NAME && NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "is no name for a connection: at most "
                + MAX_NAME
                + " lower-case letters, digits and single dashes, a letter first");
  }

  /** The connection, if its section holds a whole one; what is wrong goes to its problems. */
  Optional<PostgresTarget> read(String name, Section section) {
    section.choice("protocol", List.of(PostgresTarget.PROTOCOL), word -> word, "");
    if (!section.has("protocol")) {
      section.required("protocol");
    }
    Address address = address(section);
    String user = section.required("user");
    DialTls tls =
        section
            .section("tls", ConfigKeys.TLS)
            .map(sub -> new TlsReader(surroundings).read(sub))
            .orElse(DialTls.FULL);
    Set<UpstreamAuth> auth = auth(section, tls);
    Optional<SecretSource> password = password(section, auth);
    List<String> others = section.texts("databases");
    PostgresLimits pooled = section.section("pool", ConfigKeys.POOL).map(this::pool).orElse(limits);
    if (address == null || user.isEmpty()) {
      return Optional.empty();
    }
    boolean any = others.equals(List.of("any"));
    return Optional.of(
        new PostgresTarget(
            name,
            address.host(),
            address.port(),
            address.database(),
            any ? Set.of() : new HashSet<>(others),
            any,
            user,
            password.<Credential>map(Reading::new).orElse(Credential.NONE),
            tls,
            auth,
            pooled));
  }

  private static Address address(Section section) {
    String text = section.required("address");
    if (text.isEmpty()) {
      return null;
    }
    Matcher matcher = ADDRESS.matcher(text);
    int port = DEFAULT_PORT;
    if (matcher.matches() && matcher.group(2) != null) {
      port = Integer.parseInt(matcher.group(2));
    }
    if (!matcher.matches() || port < 1 || port > MAX_PORT) {
      section.problem(
          "address", "is " + Suggestion.quote(text) + ", host:port/database is expected");
      return null;
    }
    String host = matcher.group(1);
    return new Address(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, matcher.group(3));
  }

  private static Set<UpstreamAuth> auth(Section section, DialTls tls) {
    if (!section.has("auth")) {
      return PostgresTarget.DEFAULT_AUTH;
    }
    List<UpstreamAuth> chosen =
        section.choices("auth", List.of(UpstreamAuth.values()), UpstreamAuth::word);
    if (chosen.contains(UpstreamAuth.CERTIFICATE) && tls.certificate() == null) {
      section.problem("auth", "holds cert, which needs tls.cert and tls.key");
      return PostgresTarget.DEFAULT_AUTH;
    }
    return chosen.isEmpty() ? PostgresTarget.DEFAULT_AUTH : EnumSet.copyOf(chosen);
  }

  private Optional<SecretSource> password(Section section, Set<UpstreamAuth> auth) {
    boolean needed = auth.stream().anyMatch(WITH_PASSWORD::contains);
    if (!section.has("password")) {
      if (needed) {
        section.problem(
            "password", "is missing; the server may ask for one, so say where it comes from");
      }
      return Optional.empty();
    }
    // A password written here would be a secret in a file that people share.
    if (section.node("password").orElseThrow() instanceof YamlNode.Scalar) {
      section.problem(
          "password",
          "must not stand here; write { file: … }, { env: … } or { command: […] } instead");
      return Optional.empty();
    }
    return section.section("password", ConfigKeys.PASSWORD).flatMap(passwords::read);
  }

  private PostgresLimits pool(Section pool) {
    return new PostgresLimits(
        limits.clients(),
        limits.unauthenticated(),
        limits.login(),
        limits.connect(),
        limits.upstreamLogin(),
        limits.statementBytes(),
        limits.replyBytes(),
        limits.cancelsPerSecond(),
        limits.cancel(),
        pool.number("idle", 0, MAX_IDLE, limits.idleUpstreams()),
        pool.duration("keep", Duration.ofSeconds(1), MAX_KEEP, limits.idleUpstream()));
  }

  private record Address(String host, int port, String database) {}

  /** A source of secrets as the protocol reads it. */
  private record Reading(SecretSource source) implements Credential {

    @Override
    public byte[] read() throws IOException {
      try (Secret secret = source.read()) {
        return secret.utf8();
      } catch (CredentialException e) {
        throw new IOException(e.getMessage());
      }
    }

    @Override
    public void refused() {
      source.refused();
    }

    @Override
    public String toString() {
      return source.describe();
    }
  }
}
