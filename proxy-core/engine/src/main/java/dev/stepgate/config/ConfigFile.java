package dev.stepgate.config;

import dev.stepgate.job.StepEnvironment;
import dev.stepgate.policy.Ruleset;
import dev.stepgate.protocol.postgres.PostgresLimits;
import dev.stepgate.protocol.postgres.PostgresTarget;
import dev.stepgate.recording.Durability;
import dev.stepgate.recording.RecordingSettings;
import dev.stepgate.transport.EndpointSockets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads a {@code stepgate.yml}. */
public final class ConfigFile {

  /** Most connections that one gateway serves. */
  static final int MAX_CONNECTIONS = 1_000;

  private static final int DEFAULT_SESSIONS = 10_000;
  private static final int MAX_COUNT = 1_000_000;
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(10);
  // A signed note's key name holds neither white space nor a plus (C2SP signed-note).
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?");

  private final Problems problems;
  private final Warnings warnings;
  private final Surroundings surroundings;

  private ConfigFile(Problems problems, Warnings warnings, Surroundings surroundings) {
    this.problems = problems;
    this.warnings = warnings;
    this.surroundings = surroundings;
  }

  /**
   * What a configuration is read against.
   *
   * @param directory what relative paths start from
   * @param environment the gateway's own environment
   * @param rules who may reach the files that it names
   * @param clock by which a command's secret is kept
   */
  record Surroundings(
      Path directory, Map<String, String> environment, FileRules rules, InstantSource clock) {}

  /** Reads {@code file} as this process, for this process's user. */
  public static GatewayConfig load(Path file, InstantSource clock) throws ConfigException {
    try {
      return load(file, System.getenv(), FileRules.ofThisProcess(), clock);
    } catch (IOException e) {
      throw new ConfigException(
          List.of(new ConfigProblem(file, 0, "", "cannot be checked: " + e.getMessage())));
    }
  }

  /**
   * Reads {@code file}.
   *
   * @param environment where secrets named by {@code env} are found
   * @param rules who may reach the files that it names
   * @throws ConfigException with everything that is wrong
   */
  public static GatewayConfig load(
      Path file, Map<String, String> environment, FileRules rules, InstantSource clock)
      throws ConfigException {
    Problems problems = new Problems(file);
    rules.trusted(file).ifPresent(wrong -> problems.add(0, "", wrong));
    Path directory = file.toAbsolutePath().normalize().getParent();
    YamlNode root = Files.isRegularFile(file) ? read(file, problems) : null;
    GatewayConfig config = null;
    if (root != null) {
      Surroundings surroundings = new Surroundings(directory, environment, rules, clock);
      config = new ConfigFile(problems, new Warnings(file), surroundings).gateway(root);
    }
    if (!problems.none()) {
      throw problems.exception();
    }
    return config;
  }

  /** The file's document, or null with what is wrong in {@code problems}. */
  static YamlNode read(Path file, Problems problems) {
    try (InputStream in = Files.newInputStream(file)) {
      return YamlReader.read(in.readNBytes(YamlReader.MAX_BYTES + 1), problems);
    } catch (IOException e) {
      problems.add(0, "", "cannot be read: " + e.getMessage());
      return null;
    }
  }

  private GatewayConfig gateway(YamlNode node) {
    Section root = Section.of(node, "", ConfigKeys.ROOT, problems);
    String name = root.required("name");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      root.problem(
          "name",
          "is "
              + Suggestion.quote(name)
              + ", at most 100 letters, digits, dots, dashes, slashes and underscores are expected");
    }
    Path state = state(root);
    Path logKey = logKey(root, state);
    Durability durability =
        root.choice(
            "durability", List.of(Durability.values()), Durability::word, Durability.PROCESS);
    Section limits =
        root.section("limits", ConfigKeys.LIMITS)
            .orElse(Section.of(EMPTY, "limits", ConfigKeys.LIMITS, problems));
    RecordingSettings recording = recording(limits, state, durability);
    PostgresLimits postgres = postgres(limits);
    int sessions = limits.number("sessions", 1, MAX_COUNT, DEFAULT_SESSIONS);
    ServeConfig serve = serve(root);
    Set<String> secretVariables = new TreeSet<>();
    AccessReader access = AccessReader.of(root, surroundings, warnings);
    PeopleConfig people = new PeopleReader(surroundings, serve, access.config()).read(root);
    Map<String, PostgresTarget> connections = connections(root, postgres, secretVariables, access);
    Map<String, Ruleset> rules = rules(root, access, people);
    return new GatewayConfig(
        name,
        recording,
        logKey,
        sessions,
        serve,
        endpoints(root),
        connections,
        rules,
        access.config(),
        people,
        secretVariables,
        warnings.all());
  }

  private Map<String, Ruleset> rules(Section root, AccessReader access, PeopleConfig people) {
    Map<String, Ruleset> rules = new LinkedHashMap<>();
    Section all = root.section("connections", List.of()).orElse(null);
    if (all == null) {
      return rules;
    }
    Set<String> names = new TreeSet<>();
    all.names().forEach(names::add);
    RulesReader reader =
        new RulesReader(
            surroundings,
            new RuleReader(access::identity, new Approvers(people)),
            new RuleWarnings(warnings, access.config().issuers()),
            names);
    for (String name : names) {
      all.section(name, List.of())
          .flatMap(section -> reader.read(name, section))
          .ifPresent(ruleset -> rules.put(name, ruleset));
    }
    return rules;
  }

  private static final YamlNode EMPTY = new YamlNode.Mapping(0, Map.of());

  private Path state(Section root) {
    root.required("state");
    Path state = root.path("state", surroundings.directory()).orElse(Path.of("/nonexistent"));
    if (root.text("state").isPresent()) {
      surroundings
          .rules()
          .ownDirectory(state)
          .ifPresent(wrong -> root.problem("state", state + " " + wrong));
    }
    return state;
  }

  private Path logKey(Section root, Path state) {
    Path key =
        root.path("log_key", surroundings.directory())
            .orElse(state.resolveSibling(state.getFileName() + "-keys").resolve("log.key"));
    if (resolved(key).startsWith(resolved(state))) {
      root.problem(
          "log_key", key + " lies inside the state directory, where whoever takes the log has it");
      return key;
    }
    FileRules rules = surroundings.rules();
    (Files.exists(key) ? rules.secret(key) : rules.placeForNew(key))
        .ifPresent(wrong -> root.problem("log_key", key + " " + wrong));
    return key;
  }

  // Symbolic links must not lead a key into the log's directory; what is not there yet has none.
  private static Path resolved(Path path) {
    Path missing = Path.of("");
    for (Path step = path; step != null; step = step.getParent()) {
      try {
        return step.toRealPath().resolve(missing);
      } catch (IOException e) {
        missing = step.getFileName() == null ? missing : step.getFileName().resolve(missing);
      }
    }
    return path;
  }

  private static RecordingSettings recording(Section limits, Path state, Durability durability) {
    long least =
        (long) RecordingSettings.DEFAULT_SEGMENT_BYTES * RecordingSettings.MIN_SEGMENTS_PER_LANE;
    long whole =
        (long) RecordingSettings.DEFAULT_SEGMENT_BYTES
            * RecordingSettings.DEFAULT_SEGMENTS_PER_LANE;
    long journal = limits.size("journal", least, 16 * GIB, whole);
    return RecordingSettings.of(state, durability)
        .withCaptureBytes(
            limits.size("capture", 0, 1024 * GIB, RecordingSettings.DEFAULT_CAPTURE_BYTES))
        .withJournal(
            RecordingSettings.DEFAULT_SEGMENT_BYTES,
            (int) (journal / RecordingSettings.DEFAULT_SEGMENT_BYTES));
  }

  private static PostgresLimits postgres(Section limits) {
    PostgresLimits standard = PostgresLimits.DEFAULT;
    return new PostgresLimits(
        limits.number("clients", 1, MAX_COUNT, standard.clients()),
        limits.number("unauthenticated", 1, MAX_COUNT, standard.unauthenticated()),
        limits.duration("login", SHORTEST, LONGEST, standard.login()),
        limits.duration("connect", SHORTEST, LONGEST, standard.connect()),
        limits.duration("upstream_login", SHORTEST, LONGEST, standard.upstreamLogin()),
        (int) limits.size("statement", KIB, GIB - MIB, standard.statementBytes()),
        (int) limits.size("reply", KIB, GIB - MIB, standard.replyBytes()),
        limits.number("cancels_per_second", 1, MAX_COUNT, standard.cancelsPerSecond()),
        limits.duration("cancel", SHORTEST, LONGEST, standard.cancel()),
        standard.idleUpstreams(),
        standard.idleUpstream());
  }

  /** Whether the step's variables for a connection would also be another's. */
  private static Optional<String> collision(String name, Map<String, String> owners) {
    Optional<String> wrong = Optional.empty();
    for (String variable : StepEnvironment.variablesOf(name)) {
      String owner = owners.putIfAbsent(variable, name);
      if (owner != null) {
        wrong =
            Optional.of(
                "cannot be beside "
                    + owner
                    + ": a step's variable "
                    + variable
                    + " would be both's");
      }
    }
    return wrong;
  }

  private ServeConfig serve(Section root) {
    return root.section("serve", ConfigKeys.SERVE)
        .map(
            serve ->
                new ServeConfig(
                    serve
                        .path("socket", surroundings.directory())
                        .orElse(ServeConfig.DEFAULT_SOCKET),
                    serve.texts("users"),
                    serve.texts("groups")))
        .orElse(new ServeConfig(ServeConfig.DEFAULT_SOCKET, List.of(), List.of()));
  }

  private EndpointsConfig endpoints(Section root) {
    return root.section("endpoints", ConfigKeys.ENDPOINTS)
        .map(
            section ->
                new EndpointsConfig(
                    section.choice("sockets", List.of(true, false), on -> on ? "on" : "off", true),
                    directory(section)))
        .orElse(EndpointsConfig.DEFAULT);
  }

  private Optional<Path> directory(Section section) {
    Optional<Path> directory = section.path("directory", surroundings.directory());
    directory.ifPresent(
        path ->
            EndpointSockets.tooLong(path)
                .or(() -> surroundings.rules().placeForNew(path))
                .ifPresent(wrong -> section.problem("directory", path + " " + wrong)));
    return directory;
  }

  private Map<String, PostgresTarget> connections(
      Section root, PostgresLimits limits, Set<String> secretVariables, AccessReader access) {
    Map<String, PostgresTarget> targets = new LinkedHashMap<>();
    Section all = root.section("connections", List.of()).orElse(null);
    if (all == null) {
      root.problem("connections", "is missing");
      return targets;
    }
    ConnectionReader reader =
        new ConnectionReader(
            surroundings, new PasswordReader(surroundings, secretVariables), limits);
    int count = 0;
    Map<String, String> owners = new HashMap<>();
    for (String name : all.names()) {
      count++;
      ConnectionReader.wrongWithName(name)
          .or(() -> collision(name, owners))
          .ifPresent(wrong -> all.problem(name, wrong));
      Optional<Section> section = all.section(name, ConfigKeys.CONNECTION);
      section
          .flatMap(found -> reader.read(name, found))
          .ifPresent(target -> targets.put(name, target));
      section.ifPresent(found -> access.connection(name, found));
    }
    if (count == 0 || count > MAX_CONNECTIONS) {
      root.problem("connections", "holds " + count + ", 1 to " + MAX_CONNECTIONS + " are expected");
    }
    return targets;
  }
}
