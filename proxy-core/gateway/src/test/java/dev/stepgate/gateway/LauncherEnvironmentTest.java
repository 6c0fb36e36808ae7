package dev.stepgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code ./stepgate}, with a JVM that only says what it was started with. */
class LauncherEnvironmentTest {

  private static final Path LAUNCHER = Path.of("../../stepgate").toAbsolutePath().normalize();

  @TempDir private Path home;

  @BeforeEach
  void built() throws Exception {
    Path target = Files.createDirectories(home.resolve("proxy-core/gateway/target"));
    Files.createFile(target.resolve("stepgate.jar"));
    Files.createFile(target.resolve("stepgate.built"));
    Path launcher = Files.copy(LAUNCHER, home.resolve("stepgate"));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(home.resolve("jdk/bin"));
    Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    Path java = Files.writeString(home.resolve("jdk/bin/java"), "#!/bin/sh\nenv\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void the_jvm_reads_utf8_whatever_the_locale_and_the_jobs_own_is_kept() throws Exception {
    String none = environment(Map.of());
    String some = environment(Map.of("LC_ALL", "de_DE"));

    assertThat(none.lines()).contains("LC_ALL=C.UTF-8", "STEPGATE_KEPT_LC_ALL=");
    assertThat(some.lines()).contains("LC_ALL=C.UTF-8", "STEPGATE_KEPT_LC_ALL=de_DE");
  }

  @Test
  void a_jobs_options_for_its_own_jvms_are_put_aside() throws Exception {
    String seen = environment(Map.of("JAVA_TOOL_OPTIONS", "-Dx='a b'"));

    assertThat(seen.lines())
        .contains("STEPGATE_KEPT_JAVA_TOOL_OPTIONS=-Dx='a b'")
        .noneMatch(line -> line.startsWith("JAVA_TOOL_OPTIONS="));
  }

  private String environment(Map<String, String> variables) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(home.resolve("stepgate").toString());
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin"));
    builder.environment().put("JAVA_HOME", home.resolve("jdk").toString());
    builder.environment().putAll(variables);
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }
}
