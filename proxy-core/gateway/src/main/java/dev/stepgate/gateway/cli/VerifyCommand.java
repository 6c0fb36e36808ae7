package dev.stepgate.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.audit.leaf.SessionOpened;
import dev.stepgate.audit.note.VerifierKey;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.config.ConfigException;
import dev.stepgate.evidence.Claim;
import dev.stepgate.evidence.Finding;
import dev.stepgate.evidence.Report;
import dev.stepgate.evidence.SessionReport;
import dev.stepgate.evidence.Verdict;
import dev.stepgate.evidence.Verifier;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.view.WhoText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code stepgate verify}. */
@Command(
    name = "verify",
    description = {
      "Verify a bundle or a state directory, offline.",
      "With --key it can say VERIFIED; without one, anybody could have made what it looks at, and"
          + " the best that it says is SELF-CONSISTENT ONLY.",
      "With --checkpoint it also proves that the log was not rewritten since then."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:VERIFIED", "1:FAILED", "3:SELF-CONSISTENT ONLY", "4:DISPUTED"},
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

  @Mixin private StateOption state;

  @Parameters(
      paramLabel = "WHAT",
      arity = "0..1",
      description = "A bundle's file or a state directory; else the configuration's.")
  private Path what;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The verifier key that must have signed (a file, or the key itself).")
  private String key;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description =
          "A checkpoint from elsewhere that the log must contain: a signed one, or a build log with"
              + " stepgate-proof lines. May be given more than once.")
  private List<Path> checkpoints = new ArrayList<>();

  @Option(names = "--json", description = "Print a JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ConfigException {
    Path target = what != null ? what : state.directory().path();
    Optional<VerifierKey> verifier =
        key == null ? Optional.empty() : Optional.of(KeyOption.parse(key));
    Report report = Verifier.verify(target, verifier, claims());
    if (json) {
      System.out.println(toJson(target, report));
    } else {
      print(target, report);
    }
    return report.verdict().exitCode();
  }

  private List<Claim> claims() throws Failure {
    List<Claim> claims = new ArrayList<>();
    for (Path file : checkpoints) {
      try {
        claims.addAll(Claim.read(file));
      } catch (MalformedException | IOException e) {
        throw new Failure(
            ExitCode.USAGE, "--checkpoint " + PlainText.escape(file + ": " + e.getMessage()));
      }
    }
    return claims;
  }

  private static void print(Path target, Report report) {
    say(report.kind() + " " + target);
    report
        .log()
        .ifPresent(
            log -> say("log " + log.origin() + ", " + log.size() + " leaves, root " + log.root()));
    report.key().ifPresent(text -> say("key " + text));
    report.claims().forEach(VerifyCommand::say);
    for (SessionReport session : report.sessions()) {
      say(line(session));
      session
          .opened()
          .filter(opened -> report.sessions().size() == 1)
          .ifPresent(opened -> WhoText.lines(opened, session.ended()).forEach(VerifyCommand::say));
      session.withheld().forEach(place -> say("  withheld: " + place));
    }
    report.remarks().forEach(VerifyCommand::say);
    report.findings().forEach(finding -> say("BAD " + finding.text()));
    report.disputes().forEach(dispute -> say("DISPUTED " + dispute.text()));
    say(report.verdict().words() + explained(report.verdict()));
  }

  private static String line(SessionReport session) {
    String withheld =
        session.withheldBodies() == 0 ? "" : ", " + session.withheldBodies() + " bodies withheld";
    return "session "
        + session.session()
        + " "
        + session.state().name().toLowerCase(Locale.ROOT)
        + ": recordings "
        + session.recordings()
        + ", lines "
        + session.lines()
        + ", operations "
        + session.operations()
        + ", refused "
        + session.refused()
        + (session.isolation().isEmpty() ? "" : ", isolation " + session.isolation())
        + withheld;
  }

  private static String explained(Verdict verdict) {
    return switch (verdict) {
      case SELF_CONSISTENT_ONLY -> ": no --key was given, so whose evidence this is remains open";
      case DISPUTED ->
          ": one seal line holds and another says otherwise; a job can print one too. Give the one"
              + " that Stepgate printed, alone";
      case VERIFIED, FAILED -> "";
    };
  }

  private static void say(String text) {
    System.out.println(PlainText.escape(text));
  }

  private static ObjectNode toJson(Path target, Report report) {
    ObjectNode node = SessionJson.JSON.createObjectNode();
    node.put("verdict", report.verdict().words())
        .put("kind", report.kind())
        .put("target", target.toString());
    report
        .log()
        .ifPresent(
            log ->
                node.putObject("log")
                    .put("origin", log.origin())
                    .put("size", log.size())
                    .put("root", log.root()));
    report.key().ifPresent(text -> node.put("key", text));
    report.claims().forEach(node.putArray("claims")::add);
    ArrayNode sessions = node.putArray("sessions");
    for (SessionReport session : report.sessions()) {
      ObjectNode one =
          sessions
              .addObject()
              .put("session", session.session())
              .put("state", session.state().name().toLowerCase(Locale.ROOT))
              .put("gateway", session.gateway())
              .put("isolation", session.isolation())
              .put("who", WhoText.sentence(session.opened().flatMap(SessionOpened::who)))
              .put("recordings", session.recordings())
              .put("lines", session.lines())
              .put("operations", session.operations())
              .put("refused", session.refused())
              .put("withheldBodies", session.withheldBodies());
      session.withheld().forEach(one.putArray("withheld")::add);
    }
    findings(node.putArray("findings"), report.findings());
    findings(node.putArray("disputes"), report.disputes());
    report.remarks().forEach(node.putArray("remarks")::add);
    return node;
  }

  private static void findings(ArrayNode into, List<Finding> findings) {
    for (Finding finding : findings) {
      ObjectNode one =
          into.addObject()
              .put("file", finding.file())
              .put("place", finding.place())
              .put("problem", finding.problem());
      finding.expected().ifPresent(value -> one.put("expected", value));
      finding.found().ifPresent(value -> one.put("found", value));
    }
  }
}
