package dev.stepgate.gateway.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.gateway.isolation.OsUser;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepInheritanceTest {

  private static final OsUser STEP = new OsUser("ci", 1001, 1001, "/home/ci");

  @Test
  void what_the_launcher_put_aside_comes_back() {
    Map<String, String> inherited =
        StepInheritance.of(
            Map.of("STEPGATE_KEPT_JAVA_TOOL_OPTIONS", "-Dx=1", "HOME", "/root"), Optional.empty());

    assertThat(inherited)
        .containsEntry("JAVA_TOOL_OPTIONS", "-Dx=1")
        .containsEntry("HOME", "/root")
        .doesNotContainKey("STEPGATE_KEPT_JAVA_TOOL_OPTIONS");
  }

  @Test
  void the_locale_is_the_jobs_own_even_if_it_had_none() {
    Map<String, String> none =
        StepInheritance.of(
            Map.of("STEPGATE_KEPT_LC_ALL", "", "LC_ALL", "C.UTF-8"), Optional.empty());
    Map<String, String> some =
        StepInheritance.of(
            Map.of("STEPGATE_KEPT_LC_ALL", "de_DE", "LC_ALL", "C.UTF-8"), Optional.empty());

    assertThat(none).isEmpty();
    assertThat(some).containsOnly(Map.entry("LC_ALL", "de_DE"));
  }

  @Test
  void a_step_of_another_user_is_not_told_that_it_is_root() {
    String rootsHome = OsUser.numbered(0).map(OsUser::home).orElse("/root");

    Map<String, String> inherited =
        StepInheritance.of(
            Map.of(
                "HOME", rootsHome,
                "USER", "root",
                "SUDO_COMMAND", "x",
                "MAIL", "m",
                "LD_PRELOAD", "evil.so",
                "GLIBC_TUNABLES", "x"),
            Optional.of(STEP));

    assertThat(inherited)
        .containsOnly(
            Map.entry("HOME", "/home/ci"), Map.entry("USER", "ci"), Map.entry("LOGNAME", "ci"));
  }

  @Test
  void a_home_that_the_ci_system_chose_stays() {
    Map<String, String> inherited =
        StepInheritance.of(Map.of("HOME", "/github/home"), Optional.of(STEP));

    assertThat(inherited).containsEntry("HOME", "/github/home");
  }
}
