package dev.stepgate.credential;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * A variable of the gateway's own environment. It is never handed on to a step.
 *
 * @param variable its name
 * @param environment how a variable is looked up; null where there is none
 */
public record EnvironmentSource(String variable, UnaryOperator<String> environment)
    implements SecretSource {

  @Override
  public Secret read() throws CredentialException {
    String value = environment.apply(variable);
    if (value == null) {
      throw new CredentialException(describe() + " is not set");
    }
    return Secret.of(value.getBytes(StandardCharsets.UTF_8), describe());
  }

  @Override
  public String describe() {
    return "environment variable " + variable;
  }

  /** Without the environment. */
  @Override
  public String toString() {
    return describe();
  }
}
