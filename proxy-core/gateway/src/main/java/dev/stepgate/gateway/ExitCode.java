package dev.stepgate.gateway;

/**
 * What the commands end with, as {@code docs/guides/commands.md} lists it. {@code exec} otherwise
 * ends as its command did. The numbers from 64 on are those of sysexits(3).
 */
public final class ExitCode {

  /** All is well. */
  public static final int OK = 0;

  /** Something is wrong with what was looked at: evidence does not verify, nothing is found. */
  public static final int BAD = 1;

  /** The evidence agrees with itself, and no key from outside says whose it is. */
  public static final int SELF_CONSISTENT_ONLY = 3;

  /** The command line is wrong. */
  public static final int USAGE = 64;

  /** The gateway cannot be reached. */
  public static final int UNAVAILABLE = 69;

  /** The gateway failed, or evidence could not be kept; what the command did may be incomplete. */
  public static final int GATEWAY = 70;

  /** The gateway refuses: not allowed, or no isolation. */
  public static final int REFUSED = 77;

  /** The configuration is wrong. */
  public static final int CONFIG = 78;

  /** The command was found and cannot be executed. */
  public static final int CANNOT_EXECUTE = 126;

  /** The command was not found. */
  public static final int NOT_FOUND = 127;

  /** A signal's number is added to it. */
  public static final int SIGNAL = 128;

  private ExitCode() {}
}
