package dev.stepgate.gateway;

import dev.stepgate.gateway.cli.CommandTree;

/** The command line's entry point. */
public final class Main {

  private Main() {}

  /** Runs the command that {@code args} names, and ends as it says. */
  public static void main(String[] args) {
    // Netty names its channels after the machine's network card, and complains where there is none.
    System.setProperty("io.netty.machineId", "02:00:00:00:00:00");
    int code;
    // Answered before the command tree is made: scripts ask for it, and it is what starting costs.
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      System.out.println("stepgate " + Version.text());
      code = ExitCode.OK;
    } else {
      code = CommandTree.run(args);
    }
    System.out.flush();
    System.err.flush();
    System.exit(code);
  }
}
