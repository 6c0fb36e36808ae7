package dev.stepgate.gateway.cli;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;

/** A number that a person gives. */
final class Count {

  private Count() {}

  static void atLeast(int least, String option, int given) throws Failure {
    if (given < least) {
      throw new Failure(
          ExitCode.USAGE, option + " is " + given + ", must be " + least + " or more");
    }
  }
}
