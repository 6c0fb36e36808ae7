package dev.stepgate.gateway.demo;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.DroppedPrivileges;
import dev.stepgate.gateway.isolation.IsolationException;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.isolation.StepUsers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows the main job from end to end, and fails if anything is not as it should be. */
public final class Demo {

  private static final String CONNECTION = "orders-db";
  private static final int SECRET_BYTES = 24;
  private static final List<String> STATEMENTS =
      List.of(
          "select * from orders order by id",
          "update orders set price = price * 2 where item = 'bolts'",
          "select count(*), sum(price) from orders",
          "drop table orders");
  private static final List<String> SERVER_ACCOUNTS = List.of("postgres", "daemon", "bin");
  private static final List<String> STEP_ACCOUNTS = List.of(StepUsers.ACCOUNT, "nobody");
  private static final List<String> PEOPLE =
      List.of("games", "man", "news", "mail", "bin", "daemon", "sys");

  private final DemoPlace place;
  private final PrintStream out;
  private final List<String> stepgate;
  private final Optional<DroppedPrivileges> stepUser;
  private final Optional<DroppedPrivileges> serverUser;
  private final Optional<DroppedPrivileges> person;
  private final String secret = random();
  private List<String> fallback = List.of();

  private Demo(DemoPlace place, PrintStream out, List<String> stepgate)
      throws IOException, Failure {
    this.place = place;
    this.out = out;
    this.stepgate = stepgate;
    boolean root = OsUser.current().uid() == OsUser.ROOT;
    this.serverUser = root ? Optional.of(account(SERVER_ACCOUNTS, List.of())) : Optional.empty();
    List<String> server = serverUser.map(user -> user.user().name()).stream().toList();
    this.stepUser = root ? Optional.of(account(STEP_ACCOUNTS, server)) : Optional.empty();
    this.person = root ? Optional.of(account(PEOPLE, server)) : Optional.empty();
  }

  /**
   * Runs it.
   *
   * @param stepgate the command line that starts {@code stepgate}
   * @throws Failure if something is not as it should be
   */
  public static void run(List<String> stepgate, PrintStream out) throws Failure, IOException {
    DemoPlace place = DemoPlace.make();
    Thread hook = new Thread(place::interrupt, "demo-cleanup");
    Runtime.getRuntime().addShutdownHook(hook);
    try (place) {
      new Demo(place, out, stepgate).show();
    } catch (IOException | Failure e) {
      if (place.interrupted()) {
        return;
      }
      throw e;
    }
    out.println("All as it should be. Nothing of the demo is left on this machine.");
  }

  private static DroppedPrivileges account(List<String> names, List<String> except) throws Failure {
    for (String name : names) {
      Optional<OsUser> user =
          OsUser.named(name).filter(found -> !except.contains(name) && found.uid() != OsUser.ROOT);
      if (user.isPresent()) {
        try {
          return DroppedPrivileges.to(user.get());
        } catch (IsolationException e) {
          throw new Failure(ExitCode.REFUSED, e.getMessage());
        }
      }
    }
    throw new Failure(ExitCode.REFUSED, "as root the demo needs one of the users " + names);
  }

  private void show() throws Failure, IOException {
    say("1. A PostgreSQL server with a database, and a password that the step must never see");
    DemoServer server = server();
    Path config = configuration(server);
    say("2. A step, with a session of its own");
    Child step = exec(config, stepCommand(), Optional.empty());
    print(step.out());
    Path log = place.file("build.log", step.out(), "rw-------");
    expect(step.out().contains("bolts"), "the step saw the table's rows");
    expect(
        step.out().contains("refused by rule \"no-drops\": Drops go through the DBA team. [sg-"),
        "a rule blocked DROP TABLE, and told the step so");
    String proof = line(step.out(), "stepgate-proof: v1 ");
    String session = proof.split(" ")[2];

    search(config);

    say("4. What the step did: stepgate replay " + session);
    Child replay = run("replay", "--state", state().toString(), session);
    print(replay.out().lines().filter(text -> text.contains("#")).toList());
    expect(replay.code() == 0, "the recording can be replayed");
    for (String sql : STATEMENTS) {
      expect(replay.out().contains(sql), "the replay shows: " + sql);
    }
    approval(config);
    evidence(session, log);
  }

  private void approval(Path config) throws Failure, IOException {
    say("5. A DELETE of everything, for which a rule asks a person");
    if (person.isEmpty()) {
      say(
          "   NOT SHOWN: without root there is no second user, and whoever runs the step is nobody");
      say("   who can approve it. Run the demo as root to see it wait.");
      Child refused = exec(config, one(DemoApproval.STATEMENT), Optional.empty());
      print(refused.out().lines().filter(text -> text.contains("refused")).toList());
      expect(
          refused.out().contains("needs an approval by dba"),
          "where nobody can approve it, it is refused");
      return;
    }
    DemoApproval shown =
        new DemoApproval(place, stepgate, socket(), stepUser.get(), person.get(), this::say);
    if (!shown.possible()) {
      say(
          "   NOT SHOWN: user "
              + person.get().user().name()
              + " cannot run stepgate where it lies.");
      return;
    }
    shown.show(config, CONNECTION, one(DemoApproval.STATEMENT));
  }

  private Path socket() {
    return place.path("run/control.sock");
  }

  private DemoServer server() throws Failure, IOException {
    Optional<PostgresBinaries> own = PostgresBinaries.ofTheMachine(place);
    if (own.isEmpty()) {
      say("   this machine has none; Maven fetches " + PostgresBinaries.artifact());
    }
    PostgresBinaries binaries = own.isPresent() ? own.get() : PostgresBinaries.fetched(place);
    DemoServer server = DemoServer.start(place, binaries, serverUser, secret, random());
    say("   " + binaries.version() + " on " + server.address());
    return server;
  }

  private Path configuration(DemoServer server) throws IOException {
    place.directory("gateway", "rwx------");
    place.directory("run", "rwxr-xr-x");
    place.file("gateway/password", secret + "\n", "rw-------");
    return place.file(
        "gateway/stepgate.yml",
        """
        name: demo
        state: state
        connections:
          %s:
            protocol: postgresql
            address: %s
            user: %s
            password: { file: password }
            tls: { verify: off }   # the demo's server is on loopback and has no certificate
            open_to: [ { issuer: local, user: %s } ]   # whoever runs the demo
            default: deny
            rules:
              - { name: no-drops, effects: [drop, truncate], deny: "Drops go through the DBA team." }
              - name: mass-deletes
                effects: [delete]
                without_where: true
                require_approval: { from: [dba], within: 1m }
                message: "A delete of all rows."
              - { name: migrate, effects: [read, write, ddl], allow: true }
        people: { users: { %s: [dba] } }
        serve: { socket: "%s", users: [ %s ] }
        """
            .formatted(
                CONNECTION,
                server.address(),
                DemoServer.USER,
                OsUser.current().name(),
                person.map(user -> user.user().name()).orElse("daemon"),
                socket(),
                OsUser.current().name()),
        "rw-------");
  }

  private Path state() {
    return place.path("gateway/state");
  }

  private List<String> stepCommand() throws IOException {
    List<String> command = new ArrayList<>();
    Optional<Path> psql = DemoTools.psql();
    if (psql.isPresent()) {
      command.addAll(List.of(psql.get().toString(), "-X", "-q"));
      STATEMENTS.forEach(sql -> command.addAll(List.of("-c", sql)));
    } else {
      fallback = DemoTools.client(place);
      command.addAll(fallback);
      command.addAll(STATEMENTS);
    }
    return command;
  }

  private List<String> one(String sql) {
    Optional<Path> psql = DemoTools.psql();
    List<String> command =
        new ArrayList<>(psql.isPresent() ? List.of(psql.get().toString(), "-X", "-c") : fallback);
    command.add(sql);
    return command;
  }

  private Child exec(Path config, List<String> command, Optional<Path> errors) throws IOException {
    List<String> line = new ArrayList<>(stepgate);
    line.addAll(List.of("exec", "--config", config.toString(), "--connection", CONNECTION));
    if (stepUser.isPresent()) {
      line.addAll(List.of("--user", stepUser.get().user().name()));
    } else {
      line.add("--no-isolation");
      say("   NOT ISOLATED: without root the step shares your user, and could read the password's");
      say("   file. Run the demo as root to see it kept apart.");
    }
    line.add("--");
    line.addAll(command);
    say("   $ stepgate exec --connection " + CONNECTION + " -- " + shown(command));
    return Child.run(place, line, Map.of(), Path.of("/"), errors);
  }

  private static String shown(List<String> command) {
    String program = Path.of(command.get(0)).getFileName().toString();
    return program.equals("psql") ? "psql -c '" + STATEMENTS.get(0) + "' …" : program + " …";
  }

  private void search(Path config) throws IOException, Failure {
    say("3. Looking for the password with the step's own eyes");
    Path script = place.file("look", DemoTools.look(place.path("")), "rwxr-xr-x");
    SecretSearch search = new SecretSearch(secret);
    if (stepUser.isEmpty()) {
      Child environment = exec(config, List.of("env"), Optional.of(place.path("look.log")));
      expect(
          search.findIn(environment.out()).isEmpty(),
          "the step's environment does not hold the password");
      return;
    }
    Child seen =
        exec(config, List.of("/bin/sh", script.toString()), Optional.of(place.path("look.log")));
    expect(seen.out().contains("PGPASSWORD"), "the step could look at its environment");
    expect(
        search.findIn(seen.out()).isEmpty(),
        "the password is in nothing that the step can read: its environment, /proc, files ("
            + seen.out().length()
            + " characters looked at; plain, base64, hex, URL)");
    Child roots =
        Child.run(
            place,
            List.of("/bin/sh", script.toString()),
            Map.of(),
            Path.of("/"),
            Optional.of(place.path("look.root.log")));
    expect(search.findIn(roots.out()).isPresent(), "the same look as root does find it");
  }

  private void evidence(String session, Path log) throws IOException, Failure {
    Path key = place.path("gateway/state-keys/log.key.pub");
    Path bundle = place.path("gateway/" + session + ".stepgate");
    say("6. The evidence, for somebody who has only the bundle, the key and the build log");
    Child export =
        run("sessions", "export", "--state", state().toString(), session, "-o", bundle.toString());
    print(export.out());
    expect(export.code() == 0, "the session can be exported");
    Child good =
        run("verify", bundle.toString(), "--key", key.toString(), "--checkpoint", log.toString());
    print(good.out());
    expect(
        good.code() == ExitCode.OK && good.out().lines().anyMatch("VERIFIED"::equals),
        "the bundle is VERIFIED");
    Child whole = run("verify", state().toString(), "--key", key.toString());
    expect(whole.code() == ExitCode.OK, "the gateway's whole state is VERIFIED");

    say("7. One byte of the recording changed");
    Path recording = state().resolve("recordings/" + session + "/0001.jsonl");
    flip(recording);
    Child bad = run("verify", state().toString(), "--key", key.toString());
    print(
        bad.out().lines().filter(text -> text.startsWith("BAD") || text.equals("FAILED")).toList());
    expect(
        bad.code() == ExitCode.BAD && bad.out().contains("recordings/" + session + "/0001.jsonl"),
        "verify fails and names the file");
  }

  private static void flip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long at = channel.size() / 2;
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 1)).rewind();
      channel.write(one, at);
    }
  }

  private Child run(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(stepgate);
    line.addAll(List.of(arguments));
    return Child.run(place, line, Map.of(), Path.of("/"), Optional.empty());
  }

  private void expect(boolean holds, String what) throws Failure {
    if (!holds) {
      throw new Failure(ExitCode.BAD, "NOT AS IT SHOULD BE: expected that " + what);
    }
    say("   ok: " + what);
  }

  private static String line(String text, String start) throws Failure {
    return text.lines()
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.BAD, "NOT AS IT SHOULD BE: no line " + start + " in:\n" + text));
  }

  private void print(String text) {
    print(text.lines().toList());
  }

  private void print(List<String> lines) {
    lines.forEach(line -> out.println("   | " + line));
  }

  private void say(String text) {
    out.println(text);
  }

  private static String random() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
