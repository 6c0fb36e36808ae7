package dev.stepgate.gateway;

/** The command line's entry point. */
public final class Main {

  private Main() {}

  /** Runs the command that {@code args} names. */
  public static void main(String[] args) {
    System.err.println("stepgate: no command yet");
    System.exit(64);
  }
}
