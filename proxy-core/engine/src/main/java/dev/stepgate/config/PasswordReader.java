package dev.stepgate.config;

import dev.stepgate.credential.CommandSource;
import dev.stepgate.credential.CredentialException;
import dev.stepgate.credential.EnvironmentSource;
import dev.stepgate.credential.FileSource;
import dev.stepgate.credential.SecretSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads a {@code password:} section: exactly one source, and what belongs to it. */
final class PasswordReader {

  private static final List<String> SOURCES = List.of("file", "env", "command");
  private static final List<String> OF_COMMAND = List.of("environment", "timeout", "keep");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration MAX_KEEP = Duration.ofMinutes(15);

  private final ConfigFile.Surroundings surroundings;
  private final Set<String> secretVariables;

  /**
   * A reader that notes in {@code secretVariables} which variables of the environment hold secrets.
   */
  PasswordReader(ConfigFile.Surroundings surroundings, Set<String> secretVariables) {
    this.surroundings = surroundings;
    this.secretVariables = secretVariables;
  }

  /** The source, if the section names a usable one; what is wrong goes to its problems. */
  Optional<SecretSource> read(Section section) {
    List<String> given = SOURCES.stream().filter(section::has).toList();
    if (given.size() != 1) {
      section.problem(
          given.isEmpty() ? "file" : given.get(1),
          "exactly one of file, env and command is expected, "
              + (given.isEmpty() ? "none is here" : String.join(" and ", given) + " are here"));
      return Optional.empty();
    }
    String source = given.get(0);
    if (!source.equals("command")) {
      OF_COMMAND.stream()
          .filter(section::has)
          .forEach(key -> section.problem(key, "belongs to a command, and " + source + " is here"));
    }
    return switch (source) {
      case "file" -> file(section);
      case "env" -> variable(section);
      default -> command(section);
    };
  }

  private Optional<SecretSource> file(Section section) {
    Path file = section.path("file", surroundings.directory()).orElse(null);
    if (file == null) {
      return Optional.empty();
    }
    Optional<String> wrong = surroundings.rules().secret(file);
    if (wrong.isPresent()) {
      section.problem("file", file + " " + wrong.get());
      return Optional.empty();
    }
    return usable(section, "file", new FileSource(file));
  }

  private Optional<SecretSource> variable(Section section) {
    String name = section.text("env").orElse("");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (!VARIABLE.matcher(name).matches()) {
      section.problem("env", "is " + Suggestion.quote(name) + ", a variable's name is expected");
      return Optional.empty();
    }
    secretVariables.add(name);
    return usable(section, "env", new EnvironmentSource(name, surroundings.environment()::get));
  }

  // A file or a variable can be looked at without doing anything; a command cannot.
  private static Optional<SecretSource> usable(Section section, String key, SecretSource source) {
    try {
      source.read().close();
      return Optional.of(source);
    } catch (CredentialException e) {
      section.problem(key, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<SecretSource> command(Section section) {
    List<String> command = section.texts("command");
    if (command.isEmpty()) {
      return Optional.empty();
    }
    Path program = Path.of(command.get(0));
    Optional<String> wrong =
        program.isAbsolute()
            ? surroundings.rules().program(program)
            : Optional.of("is no absolute path");
    if (wrong.isPresent()) {
      section.problem("command", program + " " + wrong.get());
      return Optional.empty();
    }
    Map<String, String> environment = new TreeMap<>();
    section.texts("environment").forEach(name -> pass(section, name, environment));
    return Optional.of(
        new CommandSource(
            command,
            environment,
            section.duration(
                "timeout", Duration.ofMillis(1), MAX_TIMEOUT, CommandSource.DEFAULT_TIMEOUT),
            section.duration("keep", Duration.ZERO, MAX_KEEP, CommandSource.DEFAULT_KEEP),
            surroundings.clock()));
  }

  // What a command needs in order to fetch a secret (a token of its own) is itself one.
  private void pass(Section section, String name, Map<String, String> environment) {
    String value = surroundings.environment().get(name);
    if (value == null) {
      section.problem("environment", "environment variable " + name + " is not set");
    } else {
      environment.put(name, value);
      if (!name.equals("HOME") && !name.equals("PATH")) {
        secretVariables.add(name);
      }
    }
  }
}
