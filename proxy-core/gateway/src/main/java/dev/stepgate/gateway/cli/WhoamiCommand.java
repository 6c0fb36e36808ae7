package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.Stepgate;
import dev.stepgate.config.ConfigException;
import dev.stepgate.config.GatewayConfig;
import dev.stepgate.config.ServeConfig;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.ControlDoor;
import dev.stepgate.gateway.exec.Gateways;
import dev.stepgate.gateway.exec.Recognised;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.view.WhoText;
import dev.stepgate.job.Evidence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stepgate whoami}. */
@Command(
    name = "whoami",
    description = {
      "Show what the gateway makes of this job: the claims that are proved and what is open to it,"
          + " or why its token is not accepted (exit code 77).",
      "Opens nothing. Asks a running gateway, or reads the configuration itself."
    },
    mixinStandardHelpOptions = true)
final class WhoamiCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The control socket of the gateway to ask; else $STEPGATE_SOCKET.")
  private Path socket;

  @Mixin private TokenOptions tokens;

  @Option(
      names = "--person",
      description = {
        "Ask whether the gateway takes you for a person, who can approve or read recordings: by your"
            + " user on this machine,",
        "or by the ID token that --token-env or --token-file names or stepgate login got."
      })
  private boolean person;

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ConfigException, IOException {
    if (person) {
      return person();
    }
    Optional<String> token = tokens.job(System.getenv()).text();
    Recognised found = look(token);
    if (json) {
      System.out.println(toJson(found));
    } else {
      lines(found).forEach(line -> System.out.println(PlainText.escape(line)));
    }
    return found.code().isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private int person() throws Failure, ConfigException {
    Path path = PersonOptions.socket(socket, config);
    RecognisedPerson found;
    try (ControlDoor door = PersonOptions.connect(path)) {
      found = door.person(PersonOptions.token(tokens, path, door, System.getenv()));
    }
    if (json) {
      System.out.println(PersonText.json(found));
    } else {
      PersonText.lines(found).forEach(line -> System.out.println(PlainText.escape(line)));
    }
    return found.accepted() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private Recognised look(Optional<String> token) throws Failure, ConfigException, IOException {
    Optional<Path> named = SocketPlace.named(socket);
    if (named.isPresent() || config.named().isEmpty()) {
      Path path = named.orElse(ServeConfig.DEFAULT_SOCKET);
      try (ControlDoor door = ControlDoor.connect(path, Optional.empty())) {
        return door.whoami(token);
      } catch (IOException e) {
        if (named.isPresent()) {
          throw new Failure(ExitCode.UNAVAILABLE, "no gateway answers on " + path);
        }
      }
    }
    GatewayConfig loaded = config.load();
    OsUser own = OsUser.current();
    Evidence evidence =
        token
            .<Evidence>map(Evidence.Token::new)
            .orElse(new Evidence.LocalUser(own.name(), own.uid()));
    return Gateways.recognised(Stepgate.look(loaded, evidence, InstantSource.system()));
  }

  private static List<String> lines(Recognised found) {
    if (!found.code().isEmpty()) {
      return List.of("not accepted: " + found.code(), "  " + found.sentence());
    }
    return List.of(
        found.who(),
        WhoText.line("proof", found.proof()),
        WhoText.line("verified", WhoText.claims(found.verified(), found.shaped())),
        WhoText.line("open", found.open().isEmpty() ? "nothing" : String.join(", ", found.open())));
  }

  private static ObjectNode toJson(Recognised found) {
    ObjectNode node = SessionJson.JSON.createObjectNode();
    node.put("accepted", found.code().isEmpty());
    if (!found.code().isEmpty()) {
      return node.put("code", found.code()).put("reason", found.sentence());
    }
    node.put("who", found.who()).put("proof", found.proof());
    ObjectNode verified = node.putObject("verified");
    found.verified().forEach(verified::put);
    found.shaped().forEach(node.putArray("shaped")::add);
    found.open().forEach(node.putArray("open")::add);
    return node;
  }
}
