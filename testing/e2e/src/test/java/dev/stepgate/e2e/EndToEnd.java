package dev.stepgate.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test on real servers and real clients. It runs under {@code -Pe2e}, which {@code ./testing/run}
 * turns on once the machine has what is needed; elsewhere it is skipped, with the reason in the
 * build's output.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(PreparedMachineCondition.class)
public @interface EndToEnd {}
