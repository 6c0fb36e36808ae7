package dev.stepgate.job;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The variables and files by which PostgreSQL's usual clients find an endpoint. */
final class PostgresVariables {

  static final String SERVICE_FILE = "pg_service.conf";

  private static final String UNRESERVED = "-._~";

  private PostgresVariables() {}

  /** What libpq, pgjdbc and most frameworks read without being told. */
  static Map<String, String> standard(Endpoint endpoint, Path directory) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PGHOST", host(endpoint));
    variables.put("PGPORT", Integer.toString(endpoint.port()));
    variables.put("PGUSER", endpoint.user());
    variables.put("PGPASSWORD", endpoint.token());
    variables.put("PGDATABASE", endpoint.database());
    variables.put("PGSSLMODE", sslMode(endpoint));
    if (endpoint.ca().isPresent()) {
      variables.put("PGSSLROOTCERT", directory.resolve(caFile(endpoint)).toString());
    }
    // libpq 16 and newer then never hand the token to whoever else may sit on the port; older ones
    // do not know the variable and ignore it.
    variables.put("PGREQUIREAUTH", "scram-sha-256");
    variables.put("DATABASE_URL", url(endpoint, directory));
    variables.put("JDBC_DATABASE_URL", jdbcUrl(endpoint, directory));
    return variables;
  }

  /** The same under the connection's own name. */
  static Map<String, String> named(Endpoint endpoint, Path directory) {
    String prefix = variablePrefix(endpoint.connection());
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put(prefix + "HOST", host(endpoint));
    variables.put(prefix + "PORT", Integer.toString(endpoint.port()));
    variables.put(prefix + "USER", endpoint.user());
    variables.put(prefix + "PASSWORD", endpoint.token());
    variables.put(prefix + "DATABASE", endpoint.database());
    variables.put(prefix + "SSLMODE", sslMode(endpoint));
    endpoint
        .ca()
        .ifPresent(
            pem ->
                variables.put(
                    prefix + "SSLROOTCERT", directory.resolve(caFile(endpoint)).toString()));
    variables.put(prefix + "URL", url(endpoint, directory));
    variables.put(prefix + "JDBC_URL", jdbcUrl(endpoint, directory));
    return variables;
  }

  /** {@code STEPGATE_ORDERS_DB_} for {@code orders-db}. */
  static String variablePrefix(String connection) {
    StringBuilder prefix = new StringBuilder("STEPGATE_");
    for (char c : connection.toUpperCase(Locale.ROOT).toCharArray()) {
      boolean plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      prefix.append(plain ? c : '_');
    }
    return prefix.append('_').toString();
  }

  /** A service file where there are several endpoints, and each endpoint's authority. */
  static Map<String, String> files(List<Endpoint> endpoints) {
    Map<String, String> files = new LinkedHashMap<>();
    endpoints.forEach(endpoint -> endpoint.ca().ifPresent(pem -> files.put(caFile(endpoint), pem)));
    if (endpoints.size() > 1) {
      StringBuilder text = new StringBuilder();
      endpoints.forEach(endpoint -> service(text, endpoint));
      files.put(SERVICE_FILE, text.toString());
    }
    return files;
  }

  // No require_auth here: a libpq older than 16 refuses a service file with a key that it does not
  // know, and newer ones take it from PGREQUIREAUTH for every service.
  private static void service(StringBuilder text, Endpoint endpoint) {
    text.append('[').append(line(endpoint.connection())).append("]\n");
    text.append("host=").append(line(host(endpoint))).append('\n');
    text.append("port=").append(endpoint.port()).append('\n');
    text.append("user=").append(line(endpoint.user())).append('\n');
    text.append("password=").append(line(endpoint.token())).append('\n');
    text.append("dbname=").append(line(endpoint.database())).append('\n');
    text.append("sslmode=").append(sslMode(endpoint)).append("\n\n");
  }

  // A service file has no quoting: a line is a line, and libpq strips white space at its end.
  private static String line(String value) {
    boolean plain = value.equals(value.strip()) && value.chars().noneMatch(c -> c < ' ');
    if (!plain) {
      throw new IllegalArgumentException(
          "a value with a control character or with white space at its ends cannot stand in "
              + SERVICE_FILE);
    }
    return value;
  }

  private static String caFile(Endpoint endpoint) {
    return endpoint.connection() + "-ca.pem";
  }

  // The endpoint is on loopback; where it has a certificate, clients must verify it.
  private static String sslMode(Endpoint endpoint) {
    return endpoint.ca().isPresent() ? "verify-full" : "disable";
  }

  // What libpq takes for a host is a directory if it begins with a slash.
  private static String host(Endpoint endpoint) {
    return endpoint.directory().orElse(endpoint.host());
  }

  // The host that stands among the parameters counts for libpq and for those who read an address as
  // it does; whoever knows no such parameter, or no Unix sockets, gets to the port of that number.
  private static String url(Endpoint endpoint, Path directory) {
    String socket = endpoint.directory().map(where -> "host=" + encode(where) + "&").orElse("");
    return "postgresql://"
        + encode(endpoint.user())
        + ":"
        + encode(endpoint.token())
        + "@"
        + endpoint.host()
        + ":"
        + endpoint.port()
        + "/"
        + encode(endpoint.database())
        + "?"
        + socket
        + sslParameters(endpoint, directory);
  }

  // The JDBC driver knows no Unix sockets without a library of somebody else's.
  private static String jdbcUrl(Endpoint endpoint, Path directory) {
    return "jdbc:postgresql://"
        + endpoint.host()
        + ":"
        + endpoint.port()
        + "/"
        + encode(endpoint.database())
        + "?user="
        + encode(endpoint.user())
        + "&password="
        + encode(endpoint.token())
        + "&"
        + sslParameters(endpoint, directory);
  }

  private static String sslParameters(Endpoint endpoint, Path directory) {
    String mode = "sslmode=" + sslMode(endpoint);
    return endpoint.ca().isEmpty()
        ? mode
        : mode + "&sslrootcert=" + encode(directory.resolve(caFile(endpoint)).toString());
  }

  /** Percent-encodes all but RFC 3986's unreserved characters, so that both URL kinds agree. */
  static String encode(String value) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      encoded.append(plain ? String.valueOf(c) : String.format("%%%02X", b & 0xff));
    }
    return encoded.toString();
  }
}
