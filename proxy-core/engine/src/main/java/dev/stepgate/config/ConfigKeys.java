package dev.stepgate.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every key that a {@code stepgate.yml} may hold, by the section that it stands in. */
final class ConfigKeys {

  static final List<String> ROOT =
      List.of(
          "name",
          "state",
          "log_key",
          "durability",
          "identity",
          "connections",
          "limits",
          "serve",
          "endpoints",
          "people");
  static final List<String> CONNECTION =
      List.of(
          "protocol",
          "address",
          "user",
          "password",
          "tls",
          "auth",
          "databases",
          "pool",
          "open_to",
          "mode",
          "default",
          "rules");

  static final List<String> RULE =
      List.of(
          "name",
          "effects",
          "relations",
          "objects",
          "columns",
          "functions",
          "without_where",
          "text",
          "later",
          "identity",
          "times",
          "connections",
          "deny",
          "require_approval",
          "message",
          "allow");
  static final List<String> RULE_OR_INCLUDE =
      Stream.concat(RULE.stream(), Stream.of("include")).toList();
  static final List<String> INCLUDED = List.of("rules");
  static final List<String> TIMES = List.of("days", "hours", "zone");
  static final List<String> REQUIRE_APPROVAL = List.of("from", "count", "within");
  static final List<String> PASSWORD =
      List.of("file", "env", "command", "environment", "timeout", "keep");
  static final List<String> TLS = List.of("verify", "ca", "cert", "key", "server_name", "direct");
  static final List<String> POOL = List.of("idle", "keep");
  static final List<String> LIMITS =
      List.of(
          "sessions",
          "clients",
          "unauthenticated",
          "statement",
          "reply",
          "capture",
          "journal",
          "login",
          "connect",
          "upstream_login",
          "cancel",
          "cancels_per_second");
  static final List<String> IDENTITY = List.of("audience", "host", "issuers");
  static final List<String> ISSUER =
      List.of(
          "preset",
          "url",
          "ca",
          "other_hosts",
          "audience",
          "skew",
          "lifetime",
          "keys_good_for",
          "claims",
          "required",
          "job");
  static final List<String> CLAIM = List.of("claim", "shaped_by");
  static final List<String> SERVE = List.of("socket", "users", "groups");
  static final List<String> ENDPOINTS = List.of("sockets", "directory");
  static final List<String> PEOPLE = List.of("users", "sign_in", "readers");
  static final List<String> SIGN_IN =
      List.of(
          "issuer",
          "client_id",
          "flow",
          "scopes",
          "name",
          "groups",
          "lifetime",
          "skew",
          "ca",
          "other_hosts");

  /** The sections by the path under which documentation names their keys. */
  static final Map<String, List<String>> SECTIONS =
      Map.ofEntries(
          Map.entry("", ROOT),
          Map.entry("connections.<name>.", CONNECTION),
          Map.entry("connections.<name>.rules[].", RULE_OR_INCLUDE),
          Map.entry("connections.<name>.rules[].times.", TIMES),
          Map.entry("connections.<name>.rules[].require_approval.", REQUIRE_APPROVAL),
          Map.entry("connections.<name>.password.", PASSWORD),
          Map.entry("connections.<name>.tls.", TLS),
          Map.entry("connections.<name>.pool.", POOL),
          Map.entry("identity.", IDENTITY),
          Map.entry("identity.issuers.<name>.", ISSUER),
          Map.entry("identity.issuers.<name>.claims.<claim>.", CLAIM),
          Map.entry("limits.", LIMITS),
          Map.entry("serve.", SERVE),
          Map.entry("endpoints.", ENDPOINTS),
          Map.entry("people.", PEOPLE),
          Map.entry("people.sign_in.", SIGN_IN));

  private static final String NO_MASK =
      "is not enforced by this version, which masks nothing; a key that protects nothing must not"
          + " stand here";

  /**
   * Keys that later versions know. A person who writes one expects it to protect something, so it
   * is refused with its reason rather than as a mere typing error.
   */
  static final Map<String, String> LATER =
      Map.of(
          "mask",
          NO_MASK,
          "vault",
          "is no source that this version knows; it reads file, env or command",
          "aws",
          "is no source that this version knows; it reads file, env or command",
          "kubernetes",
          "is no source that this version knows; it reads file, env or command",
          "jenkins",
          "is no source that this version knows; it reads file, env or command");

  private ConfigKeys() {}
}
