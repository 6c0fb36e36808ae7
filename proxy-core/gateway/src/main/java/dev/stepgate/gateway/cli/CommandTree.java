package dev.stepgate.gateway.cli;

import dev.stepgate.config.ConfigException;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * All commands. Only the one that is asked for is looked into, because that costs start-up time.
 */
public final class CommandTree {

  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("exec", ExecCommand::new);
    COMMANDS.put("serve", ServeCommand::new);
    COMMANDS.put("whoami", WhoamiCommand::new);
    COMMANDS.put("login", LoginCommand::new);
    COMMANDS.put("logout", LogoutCommand::new);
    COMMANDS.put("explain", ExplainCommand::new);
    COMMANDS.put("approvals", ApprovalsCommand::new);
    COMMANDS.put("approve", ApproveCommand::new);
    COMMANDS.put("reject", RejectCommand::new);
    COMMANDS.put("sessions", SessionsCommand::new);
    COMMANDS.put("replay", ReplayCommand::new);
    COMMANDS.put("verify", VerifyCommand::new);
    COMMANDS.put("key", KeyCommand::new);
    COMMANDS.put("config", ConfigCommand::new);
    COMMANDS.put("policy", PolicyCommand::new);
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("warm-up", WarmUpCommand::new);
    COMMANDS.put("completion", CompletionCommand::new);
  }

  private CommandTree() {}

  /** Runs the command that {@code args} names; its exit code. */
  public static int run(String... args) {
    CommandLine root = new CommandLine(new Root());
    boolean known = args.length > 0 && COMMANDS.containsKey(args[0]);
    COMMANDS.forEach(
        (name, command) -> {
          if (!known || name.equals(args[0])) {
            root.addSubcommand(name, command.get());
          }
        });
    CommandLine exec = root.getSubcommands().get("exec");
    if (exec != null) {
      exec.setStopAtPositional(true); // options after the command's name are the command's
    }
    // Else picocli would read a file into the step's command, with the gateway's rights.
    root.setExpandAtFiles(false);
    root.setExitCodeExceptionMapper(e -> ExitCode.GATEWAY);
    root.setParameterExceptionHandler(CommandTree::usage);
    root.setExecutionExceptionHandler((e, command, parsed) -> failed(e));
    return root.execute(args);
  }

  private static int usage(ParameterException e, String[] args) {
    System.err.println("stepgate: " + PlainText.escape(e.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, System.err);
    System.err.println("see: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static int failed(Exception e) {
    if (e instanceof Failure failure) {
      System.err.println("stepgate: " + failure.getMessage());
      return failure.code();
    }
    if (e instanceof ConfigException problems) {
      problems
          .problems()
          .forEach(problem -> System.err.println(PlainText.escape(problem.toString())));
      return ExitCode.CONFIG;
    }
    System.err.println("stepgate: failed: " + PlainText.escape(e.toString()));
    return ExitCode.GATEWAY;
  }

  /** The command {@code stepgate} itself. */
  @Command(
      name = "stepgate",
      mixinStandardHelpOptions = true,
      versionProvider = VersionLine.class,
      description = "The access gateway for pipelines.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:all is well (exec: as the command ended)",
        "1:evidence does not verify, or what was asked for is not there",
        "3:evidence agrees with itself, but no key from outside was given",
        "4:evidence verifies, but a build log holds a seal line that says otherwise",
        "64:the command line is wrong",
        "69:the gateway cannot be reached",
        "70:the gateway failed, or evidence could not be kept",
        "77:the gateway refuses: not allowed, or no isolation",
        "78:the configuration is wrong"
      })
  static final class Root implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  /** What {@code --version} prints. */
  static final class VersionLine implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {"stepgate " + dev.stepgate.gateway.Version.text()};
    }
  }

  /** {@code stepgate completion}. */
  @Command(
      name = "completion",
      description = "Print a completion script for bash and zsh: source <(stepgate completion)",
      mixinStandardHelpOptions = true)
  static final class CompletionCommand implements Runnable {

    @Override
    public void run() {
      CommandLine whole = new CommandLine(new Root());
      COMMANDS.forEach((name, command) -> whole.addSubcommand(name, command.get()));
      System.out.print(AutoComplete.bash("stepgate", whole));
    }
  }
}
