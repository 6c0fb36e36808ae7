package dev.stepgate.policy;

import dev.stepgate.operation.Facts;
import java.util.List;

/**
 * A pattern for a thing of any sort: {@code function app.*}, {@code role ci_*}, {@code schema app}.
 *
 * @param kind the sort, in the words of {@link Facts.Use#kind}
 * @param name its name; with a schema where it lies in one
 */
public record ObjectPattern(String kind, NamePattern name) {

  /** Whether the thing is one of them. */
  boolean matches(String kind, List<String> name) {
    return this.kind.equals(kind) && this.name.matches(name);
  }

  /** As rules write it. */
  @Override
  public String toString() {
    return kind + " " + name;
  }
}
