package dev.stepgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stepgate.gateway.isolation.OsUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a tree of its own, with a JDK and a Maven that only say that they were called.
 */
class LauncherTest {

  private static final Path LAUNCHER = Path.of("../../stepgate").toAbsolutePath().normalize();

  @TempDir private Path directory;
  private Path home;
  private Path jdk;
  private Path tools;
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void aTree() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    home = Files.createDirectories(directory.resolve("a tree"));
    Files.copy(LAUNCHER, home.resolve("stepgate"));
    executable(home.resolve("stepgate"));
    for (String source : List.of("engine", "gateway")) {
      Path module = home.resolve("proxy-core").resolve(source);
      Files.createDirectories(module.resolve("src/main/java"));
      old(Files.writeString(module.resolve("pom.xml"), ""));
      old(Files.writeString(module.resolve("src/main/java/A.java"), ""));
    }
    old(Files.writeString(home.resolve("pom.xml"), ""));
    jdk = jdk("jdk", "17.0.9");
    tools = Files.createDirectories(directory.resolve("tools"));
    script(
        tools.resolve("mvn"),
        "echo built >> '"
            + directory
            + "/builds'; echo some output; echo jar > "
            + "proxy-core/gateway/target/stepgate.jar");
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("PATH", tools + ":/usr/bin:/bin");
  }

  @Test
  void the_first_use_builds_with_one_line_and_the_next_does_not() throws Exception {
    Ran first = run(home.resolve("stepgate").toString(), "--version");
    Ran second = run(home.resolve("stepgate").toString(), "--version");

    assertThat(first.code()).isZero();
    assertThat(first.err()).isEqualTo("stepgate: building (once, a minute or so)\n");
    assertThat(first.out()).contains("stepgate.jar --version");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void a_newer_source_is_built() throws Exception {
    run(home.resolve("stepgate").toString(), "--version");
    Path source = home.resolve("proxy-core/engine/src/main/java/A.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

    run(home.resolve("stepgate").toString(), "--version");

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void it_is_found_through_links_from_anywhere_and_hands_its_arguments_on_as_they_are()
      throws Exception {
    Files.createSymbolicLink(directory.resolve("one"), Path.of("a tree/stepgate"));
    Files.createSymbolicLink(tools.resolve("sg"), directory.resolve("one"));

    Ran ran = run("sg", "exec", "--", "a b", "", "*");

    assertThat(ran.out()).endsWith("[exec]\n[--]\n[a b]\n[]\n[*]\n");
  }

  @Test
  void a_build_that_fails_shows_its_end_and_starts_nothing() throws Exception {
    script(tools.resolve("mvn"), "echo '[ERROR] no such thing'; exit 1");

    Ran ran = run(home.resolve("stepgate").toString(), "--version");

    assertThat(ran.code()).isEqualTo(70);
    assertThat(ran.err())
        .contains("[ERROR] no such thing", "stepgate: could not be built; the whole output is in");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void an_old_java_is_passed_over_for_a_newer_one_on_the_path() throws Exception {
    environment.put("JAVA_HOME", jdk("old", "11.0.2").toString());
    Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));

    Ran ran = run(home.resolve("stepgate").toString(), "--version");

    assertThat(ran.out()).contains("this is " + jdk);
  }

  @Test
  void without_maven_it_says_what_is_missing() throws Exception {
    Files.delete(tools.resolve("mvn"));
    assumeTrue(!Files.exists(Path.of("/usr/bin/mvn")) || hideable(), "Maven is in /usr/bin");

    Ran ran = run(home.resolve("stepgate").toString(), "--version");

    assertThat(ran.code()).isEqualTo(70);
    assertThat(ran.err()).contains("there is no mvn (Maven) to build it");
  }

  @Test
  void a_jobs_options_for_its_own_jvms_do_not_reach_this_one() throws Exception {
    environment.put("JAVA_TOOL_OPTIONS", "-javaagent:evil.jar \"quoted\" $x");

    Ran ran = run(home.resolve("stepgate").toString(), "exec");

    assertThat(ran.out())
        .contains("kept -javaagent:evil.jar \"quoted\" $x\n")
        .contains("options none\n");
  }

  @Test
  void somebody_who_may_not_write_the_tree_is_told_who_can() throws Exception {
    assumeTrue(OsUser.current().uid() != OsUser.ROOT, "this test needs another user than root");
    Path engine = home.resolve("proxy-core/engine");
    Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("r-xr-xr-x"));

    Ran ran = run(home.resolve("stepgate").toString(), "--version");

    Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(ran.code()).isEqualTo(70);
    assertThat(ran.err()).contains("may not write " + engine, "its owner runs: ");
  }

  // A PATH of links to what the launcher itself needs, so that a Maven of the machine's is not
  // seen.
  private boolean hideable() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    for (String name :
        List.of("sed", "readlink", "find", "head", "id", "mkdir", "touch", "tail", "rm", "flock")) {
      Path program = Path.of("/usr/bin", name);
      if (!Files.exists(program)) {
        return false;
      }
      Files.createSymbolicLink(bin.resolve(name), program);
    }
    environment.put("PATH", bin.toString());
    return true;
  }

  private long builds() throws IOException {
    return Files.readAllLines(directory.resolve("builds")).size();
  }

  private Path jdk(String name, String version) throws IOException {
    Path made = directory.resolve(name);
    Files.createDirectories(made.resolve("bin"));
    Files.writeString(made.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(made.resolve("bin/javac"), "exit 0");
    script(
        made.resolve("bin/java"),
        "echo \"this is "
            + made
            + "\"; echo \"kept ${STEPGATE_KEPT_JAVA_TOOL_OPTIONS-nothing}\";"
            + " echo \"options ${JAVA_TOOL_OPTIONS-none}\"; echo \"$@\";"
            + " while [ $# -gt 0 ] && [ \"$1\" != -jar ]; do shift; done; shift 2;"
            + " for word; do printf '[%s]\\n' \"$word\"; done");
    return made;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
  }

  private Ran run(String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
    line.addAll(Arrays.asList(command));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(Path.of("/").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Ran(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private record Ran(int code, String out, String err) {}
}
