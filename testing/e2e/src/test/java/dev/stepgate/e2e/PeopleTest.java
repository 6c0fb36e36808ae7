package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** People at a provider that somebody else wrote, and at the control socket; and who is none. */
@EndToEnd
class PeopleTest extends OrdersDatabase {

  private static final Pattern PAGE = Pattern.compile("(http://127\\.0\\.0\\.1:\\S+)");
  private static final Pattern KEPT_TOKEN = Pattern.compile("\"id_token\":\"([^\"]+)\"");
  private static final Pattern KEPT_REFRESH = Pattern.compile("\"refresh_token\":\"([^\"]+)\"");
  private static final int REFUSED = 77;
  private static final String LOCAL_USER = "daemon";

  private static OidcServer provider;
  private static Path program;

  private Path homes;
  private Gateway gateway;
  private ServedGateway served;

  @BeforeAll
  static void start() {
    assumeTrue(Machine.root(), "not root, so there are no other users to be");
    provider = OidcServer.start();
    // Where a user of the machine can read it.
    program = Machine.directory("program");
    Path jar = Machine.gatewayJar();
    Program.of("cp", "-r", jar.toString(), jar.resolveSibling("lib").toString(), program.toString())
        .run()
        .ok();
    Program.of("chmod", "-R", "a+rX", program.toString()).run().ok();
  }

  @AfterAll
  static void stop() {
    if (provider != null) {
      provider.close();
      Machine.remove(program);
    }
  }

  @BeforeEach
  void serve() {
    serve("stepgate-cli", "openid, groups");
  }

  private void serve(String client, String scopes) {
    homes = Machine.directory("homes");
    gateway =
        gateway()
            .serving()
            .with(
                "people: { users: { %s: [auditors] }, readers: [auditors], sign_in: { issuer: '%s', client_id: %s, scopes: [%s], name: name } }"
                    .formatted(LOCAL_USER, provider.url(), client, scopes));
    served = gateway.serve();
  }

  @AfterEach
  void end() {
    if (served != null) {
      served.close();
      gateway.close();
      Machine.remove(homes);
    }
  }

  /** A command of somebody who keeps what is theirs under this name. */
  private Program as(String who, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--socket", served.socket().toString()));
    return gateway
        .cli(all.toArray(String[]::new))
        .with("XDG_STATE_HOME", homes.resolve(who).toString());
  }

  private Ran signIn(String name, String way) {
    Process login = as(name, "login", way).start();
    try (BufferedReader said = login.errorReader()) {
      List<String> lines = new ArrayList<>();
      String page = "";
      String line = said.readLine();
      for (; line != null && !line.contains("waiting"); line = said.readLine()) {
        lines.add(line);
        Matcher found = PAGE.matcher(line);
        page = found.find() ? found.group(1) : page;
      }
      assertThat(page).as(lines.toString()).startsWith("http");
      new PersonAtBrowser(name).agree(page);
      String rest = String.join("\n", said.lines().toList());
      assertThat(login.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Ran(
          List.of("login"),
          login.exitValue(),
          String.join("\n", login.inputReader().lines().toList()),
          rest);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      login.destroyForcibly();
    }
  }

  private String session() {
    Ran step = served.exec("psql", "-XAtqc", "SELECT 'shown'").run().ok();
    return new Sealed(step.exit(), step.err()).session();
  }

  private Path kept(String who) throws IOException {
    try (Stream<Path> files = Files.list(homes.resolve(who).resolve("stepgate"))) {
      return files.filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
    }
  }

  private static String found(Pattern pattern, Path file) throws IOException {
    Matcher matcher = pattern.matcher(Files.readString(file));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private String event(String... words) throws Exception {
    for (int i = 0; i < 200; i++) {
      Path directory = gateway.state().resolve("events");
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.toList()) {
            for (String line : Files.readAllLines(file)) {
              if (Stream.of(words).allMatch(line::contains)) {
                return line;
              }
            }
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no event with " + List.of(words));
  }

  @Test
  void who_types_the_code_in_is_known_by_the_provider_s_word_until_they_sign_out()
      throws Exception {
    Ran signedIn = signIn("alice.dba", "--device").ok();

    assertThat(signedIn.out())
        .contains("alice", "sign-in alice.dba", "dba", "sign-in   good until");
    Path file = kept("alice.dba");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Ran known = as("alice.dba", "whoami", "--person").run().ok();
    assertThat(known.out()).contains("alice\n", "proof     sign-in alice.dba", "groups    dba");
    String signature = found(KEPT_TOKEN, file).split("\\.")[2];
    assertThat(Program.of("grep", "-rl", signature, gateway.state().getParent().toString()).run())
        .as("the gateway keeps no token")
        .extracting(Ran::out)
        .isEqualTo("");
    assertThat(signedIn.out() + signedIn.err() + known.out()).doesNotContain(signature);

    assertThat(as("alice.dba", "logout").run().ok().out()).contains("signed out");
    assertThat(file).doesNotExist();
    assertThat(as("alice.dba", "whoami", "--person").run().exit()).isEqualTo(REFUSED);
    assertThat(as("alice.dba", "logout").run().ok().out()).contains("nobody is signed in");
  }

  @Test
  void who_signs_in_in_a_browser_comes_back_to_the_command_and_is_known() {
    Ran signedIn = signIn("carol.auditors.dba", "--browser").ok();

    assertThat(signedIn.out()).contains("carol", "auditors, dba", "recordings");
    assertThat(as("carol.auditors.dba", "whoami", "--person").run().ok().out())
        .contains("sign-in carol.auditors.dba", "auditors, dba");
  }

  @Test
  void who_says_no_at_the_provider_is_not_signed_in() throws Exception {
    Process login = as("dave", "login", "--device").start();
    try (BufferedReader said = login.errorReader()) {
      Matcher page = PAGE.matcher("");
      for (String line = said.readLine(); !line.contains("waiting"); line = said.readLine()) {
        page = PAGE.matcher(line).find() ? PAGE.matcher(line) : page;
      }
      assertThat(page.find()).isTrue();

      new PersonAtBrowser("dave").refuse(page.group(1));

      assertThat(login.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(login.exitValue()).isEqualTo(REFUSED);
      assertThat(said.readLine()).contains("access_denied");
      assertThat(homes.resolve("dave")).doesNotExist();
    } finally {
      login.destroyForcibly();
    }
  }

  @Test
  void a_reader_reads_recordings_and_who_is_none_does_not_and_both_are_events() throws Exception {
    String session = session();
    signIn("alice.auditors", "--device").ok();
    signIn("bob.dba", "--device").ok();

    Ran reader = as("alice.auditors", "replay", session).run();
    Ran other = as("bob.dba", "replay", session).run();
    Ran nobody = as("nobody", "replay", session).run();

    assertThat(reader.ok().out()).contains("SELECT 'shown'");
    assertThat(event("recordings-read", session)).contains("sign-in alice.auditors");
    assertThat(other.exit()).isEqualTo(REFUSED);
    assertThat(other.out()).isEmpty();
    assertThat(other.err()).contains("people.readers names no group that bob is in");
    assertThat(event("request-refused", "that bob is in")).contains("\"code\":\"forbidden\"");
    assertThat(nobody.exit()).isEqualTo(REFUSED);
    assertThat(nobody.err()).contains("only people read recordings here");
    served.stop();
    assertThat(gateway.verify().ok().out()).contains("VERIFIED");
  }

  private Program local(String user, String... words) {
    List<String> all = new ArrayList<>(List.of(Machine.java(), "-Xmx128m", "-jar"));
    all.add(program.resolve(Machine.gatewayJar().getFileName()).toString());
    all.addAll(List.of(words));
    all.addAll(List.of("--socket", served.socket().toString()));
    return Program.as(user, all.toArray(String[]::new)).in(Path.of("/"));
  }

  @Test
  void a_user_of_the_machine_is_a_person_by_the_kernel_s_word_with_configured_groups()
      throws Exception {
    String session = session();

    Ran known = local(LOCAL_USER, "whoami", "--person").run();
    Ran read = local(LOCAL_USER, "replay", session).run();

    assertThat(known.ok().out()).contains(LOCAL_USER, "local 1", "auditors", "recordings");
    assertThat(read.ok().out()).contains("SELECT 'shown'");
    assertThat(event("recordings-read", session)).contains("\"person\":\"local 1\"");
  }

  @Test
  void a_job_s_user_is_no_person_with_a_person_s_token_either_and_cannot_sign_in()
      throws Exception {
    signIn("alice.auditors", "--device").ok();
    Path stolen = homes.resolve("stolen");
    Files.writeString(stolen, found(KEPT_TOKEN, kept("alice.auditors")));
    Files.setPosixFilePermissions(stolen, PosixFilePermissions.fromString("rw-r--r--"));

    Ran shown =
        local("stepgate-step", "whoami", "--person", "--token-file", stolen.toString()).run();
    Ran signingIn = local("stepgate-step", "login").with("HOME", homes.toString()).run();

    assertThat(shown.exit()).isEqualTo(REFUSED);
    assertThat(shown.out()).contains("no person: jobs-user");
    assertThat(signingIn.exit()).isEqualTo(REFUSED);
    assertThat(signingIn.err()).contains("only people sign in here");
    assertThat(event("person-refused", "jobs-user")).contains("stepgate-step");
  }

  @Test
  void a_job_s_token_and_an_access_token_are_no_person_s_though_made_for_the_people_s_client()
      throws Exception {
    String job = "{\"aud\":\"stepgate-cli\",\"sub\":\"alice.auditors\",\"project_id\":\"20\"}";
    String access = "{\"aud\":\"stepgate-cli\",\"sub\":\"alice.auditors\"}";
    for (String claims : List.of(job, access)) {
      Path file = Files.writeString(homes.resolve("token"), provider.token("RS256", claims));

      Ran shown = as("x", "whoami", "--person", "--token-file", file.toString()).run();

      assertThat(shown.exit()).isEqualTo(REFUSED);
      assertThat(shown.out()).contains("no person: not-a-person");
    }
    assertThat(event("person-refused", "not-a-person", "project_id")).contains("root(0)");
    assertThat(event("person-refused", "not-a-person", "one for access")).contains("root(0)");
  }

  @Test
  void a_sign_in_is_renewed_by_itself_and_what_renews_it_is_taken_back_at_the_end()
      throws Exception {
    end();
    serve("stepgate-cli-brief", "openid, groups, offline_access");
    assertThat(signIn("alice.dba", "--browser").ok().out()).contains("renewed by itself");
    String first = found(KEPT_TOKEN, kept("alice.dba"));

    Ran known = as("alice.dba", "whoami", "--person").run();

    assertThat(known.ok().out()).contains("sign-in alice.dba");
    assertThat(found(KEPT_TOKEN, kept("alice.dba"))).isNotEqualTo(first);
    String refresh = found(KEPT_REFRESH, kept("alice.dba"));
    assertThat(as("alice.dba", "logout").run().ok().out())
        .contains("the provider took back what renews it");
    assertThat(provider.refreshed("stepgate-cli-brief", refresh)).contains("invalid_grant");
  }
}
