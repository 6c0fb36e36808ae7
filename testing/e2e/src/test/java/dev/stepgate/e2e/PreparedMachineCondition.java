package dev.stepgate.e2e;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, and says so, unless the build was told that the machine is prepared. */
final class PreparedMachineCondition implements ExecutionCondition {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if ("required".equals(System.getProperty("stepgate.e2e"))) {
      return ConditionEvaluationResult.enabled("-Pe2e: what is missing is a failure");
    }
    String reason = "needs PostgreSQL and its clients; ./testing/run installs and runs it";
    if (context.getTestMethod().isEmpty()) {
      System.out.println(
          "[WARNING] SKIPPED " + context.getRequiredTestClass().getName() + ": " + reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }
}
