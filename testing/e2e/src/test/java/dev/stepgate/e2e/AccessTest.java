package dev.stepgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who may open what, as users see it on the command line. */
@EndToEnd
class AccessTest extends OrdersDatabase {

  private static final Pattern REFERENCE = Pattern.compile("\\[(sg-[0-9A-Z]{4})]");
  private static final int REFUSED = 77;

  @Test
  void not_open_and_not_there_are_one_refusal_to_the_job_and_two_to_the_operator() {
    try (Gateway gateway = gateway().openTo("{ issuer: local, user: somebody-else }")) {
      Ran closed = gateway.exec("echo", "ran").run();
      Ran unknown = exec(gateway, "ledger-db");

      assertThat(closed.exit()).isEqualTo(unknown.exit()).isEqualTo(REFUSED);
      assertThat(closed.out()).isEqualTo(unknown.out()).isEmpty();
      assertThat(plain(closed)).isEqualTo(plain(unknown)).contains("is open to this job [sg-");
      assertThat(explained(gateway, closed))
          .contains("connection orders-db: there, and was not open to it")
          .contains("user is " + Machine.user() + ", wanted somebody-else")
          .contains("to pass: name the job in the connection's open_to")
          .contains("- { issuer: local, user: " + Machine.user() + " }");
      assertThat(explained(gateway, unknown))
          .contains("connection ledger-db: there was none of that name");
      assertThat(gateway.verify().ok().out()).contains("VERIFIED");
    }
  }

  @Test
  void a_connection_that_names_nobody_opens_for_nobody_and_the_check_says_so() {
    try (Gateway gateway = gateway().openTo()) {
      Ran check = gateway.cli("config", "check", "--config", config(gateway)).run();

      assertThat(check.exit()).isZero();
      assertThat(check.err()).contains("warning: ", "orders-db.open_to", "nobody");
      assertThat(gateway.exec("true").run().exit()).isEqualTo(REFUSED);
    }
  }

  @Test
  void a_token_that_is_none_is_not_made_up_for_by_the_user_and_its_reason_is_told() {
    try (Gateway gateway = gateway()) {
      Ran named = gateway.exec("true").with("STEPGATE_ID_TOKEN", "not-a-token").run();

      assertThat(named.exit()).isEqualTo(REFUSED);
      assertThat(named.err()).contains("the job's token is not accepted");
      assertThat(explained(gateway, named)).contains("showing a token", "to pass: ");
    }
  }

  @Test
  void whoami_shows_what_the_gateway_makes_of_the_user_and_of_a_token() {
    try (Gateway gateway = gateway()) {
      Ran user = gateway.cli("whoami", "--config", config(gateway)).run();
      Ran token =
          gateway
              .cli("whoami", "--config", config(gateway), "--token-env", "MINE")
              .with("MINE", "not-a-token")
              .run();

      assertThat(user.ok().out())
          .contains("user " + Machine.user() + " of this machine (verified)")
          .contains("open      orders-db");
      assertThat(token.exit()).isEqualTo(REFUSED);
      assertThat(token.out()).contains("not accepted: token-");
    }
  }

  @Test
  void the_build_log_the_replay_and_the_bundle_say_who_what_and_when() {
    try (Gateway gateway = gateway()) {
      Ran step =
          gateway.exec("psql", "-XAtqc", "SELECT 1").with("GITLAB_USER_LOGIN", "mallory").run();
      String session = new Sealed(step.exit(), step.err()).session();
      Path bundle = gateway.state().resolveSibling("session.stepgate");
      String state = gateway.state().toString();
      gateway
          .cli("sessions", "export", "--state", state, session, "-o", bundle.toString())
          .run()
          .ok();

      String verified =
          gateway
              .cli("verify", bundle.toString(), "--key", gateway.keys() + "/log.key.pub")
              .run()
              .ok()
              .out();
      String shown = gateway.cli("sessions", "show", "--state", state, session).run().ok().out();
      String replayed = gateway.cli("replay", "--state", state, session).run().ok().out();

      String who = Machine.user() + ", a user of the gateway's machine, by its kernel's word";
      assertThat(step.err())
          .contains(
              "stepgate: orders-db: no rules, everything is allowed and recorded, user "
                  + Machine.user()
                  + " of this machine (verified)");
      for (String text : new String[] {verified, shown}) {
        assertThat(text)
            .contains("who       " + who, "what      orders-db: 1 operations, 0 refused")
            .contains("when      20", "commit    none is proved")
            .contains("claimed   GITLAB_USER_LOGIN=mallory");
        assertThat(text.lines().count()).isLessThan(25);
      }
      assertThat(replayed).contains("who       " + who);
    }
  }

  @Test
  void the_jobs_token_is_not_in_the_steps_environment() {
    try (Gateway gateway = gateway().openTo("{ issuer: local, user: somebody-else }")) {
      Ran ran = gateway.exec("env").with("STEPGATE_ID_TOKEN", "s3cret-token").run();

      assertThat(ran.out() + ran.err()).doesNotContain("s3cret-token");
    }
  }

  @Test
  void another_user_cannot_keep_the_step_from_its_endpoint() throws Exception {
    assumeTrue(Machine.root(), "not root, so there is no other user to connect as");
    try (Gateway gateway = gateway().isolated().limit("unauthenticated: 4");
        HeldStep step = gateway.hold()) {
      Process stranger = Program.as("daemon", "bash", "-c", crowd(step.variable("PGPORT"))).start();
      try {
        assertThat(stranger.inputReader().readLine()).isEqualTo("connected");

        try (RawClient client = loginAmongStrangers(step)) {
          client.query("SELECT 1");
          client.until('Z');
        }
        assertThat(events(gateway, "stranger-refused")).contains("\"uid\":1,");
      } finally {
        stranger.destroyForcibly();
      }
    }
  }

  @Test
  void the_steps_own_token_opens_nothing_for_another_user_of_the_machine() throws Exception {
    assumeTrue(Machine.root(), "not root, so there is no other user to connect as");
    try (Gateway gateway = gateway().isolated();
        HeldStep step = gateway.hold()) {
      String[] client = {"psql", "-XAt", "-h", "127.0.0.1", "-c", "SELECT 42"};
      Ran stranger = Program.as("daemon", client).with(step.variables()).run();
      Ran wrong =
          Program.as("stepgate-step", client)
              .with(step.variables())
              .with("PGPASSWORD", "wrong")
              .run();
      Ran own = Program.as("stepgate-step", client).with(step.variables()).run();

      assertThat(stranger.exit()).isEqualTo(wrong.exit()).isNotZero();
      assertThat(stranger.err()).isEqualTo(wrong.err()).contains("password authentication failed");
      assertThat(own.ok().out()).isEqualTo("42\n");
      assertThat(events(gateway, "stranger-refused"))
          .contains("\"uid\":1,")
          .contains("\"token\":\"right\"");
      String state = gateway.state().toString();
      String session = step.seal().session();
      assertThat(gateway.cli("replay", "--state", state, session).run().ok().out())
          .contains("peer: {\"is\":\"step\",\"uid\":");
    }
  }

  // Strangers who come all at once have every place until the kernel was asked whose they are:
  // whoever
  // knocks in that moment is told to come again, and gets in long before they tire.
  private static RawClient loginAmongStrangers(HeldStep step)
      throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return RawClient.login(step.variables());
      } catch (IOException e) {
        if (attempt == 100 || !String.valueOf(e.getMessage()).contains("53300")) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  // Comes again and again for some seconds, and holds what it has.
  private static String crowd(String port) {
    return """
        for round in $(seq 40); do
          for one in $(seq 16); do exec {held}<>/dev/tcp/127.0.0.1/%s; done
          test $round = 1 && echo connected
          sleep 0.1
        done
        sleep 60
        """
        .formatted(port);
  }

  private static String events(Gateway gateway, String kind)
      throws IOException, InterruptedException {
    Path file = gateway.state().resolve("events/000001.jsonl");
    for (int i = 0; i < 200; i++) {
      String text = Files.exists(file) ? Files.readString(file) : "";
      if (text.contains(kind)) {
        return text;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no event " + kind);
  }

  private static Ran exec(Gateway gateway, String connection) {
    return gateway
        .cli(
            "exec",
            "--config",
            config(gateway),
            "--no-isolation",
            "--connection",
            connection,
            "--",
            "echo",
            "ran")
        .run();
  }

  private static String explained(Gateway gateway, Ran refused) {
    Matcher reference = REFERENCE.matcher(refused.err());
    assertThat(reference.find()).as(refused.err()).isTrue();
    return gateway.cli("explain", "--config", config(gateway), reference.group(1)).run().ok().out();
  }

  private static String plain(Ran refused) {
    return REFERENCE.matcher(refused.err()).replaceAll("[sg-]").replace("[sg-]", "[sg-XXXX]");
  }

  private static String config(Gateway gateway) {
    return gateway.configuration().toString();
  }
}
