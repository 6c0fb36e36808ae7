package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The gateway as its users run it: a configuration file, a state directory, and the command line in
 * processes of their own. One connection, {@code orders-db}.
 */
final class Gateway implements AutoCloseable {

  static final String CONNECTION = "orders-db";

  private final Path directory;
  private final List<String> javaOptions = new ArrayList<>(List.of("-Xmx256m"));

  /** Most of these processes live for a second, and a hundred of them are started. */
  private List<String> quickJvm = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final List<String> settings = new ArrayList<>();
  private final List<String> limits = new ArrayList<>();
  private final List<String> ofConnection = new ArrayList<>();
  private List<String> openTo = List.of("{ issuer: local, user: [ " + Machine.users() + " ] }");
  private String address;
  private String user;
  private String tls = "{ verify: off }";
  private Path state;
  private Path key;
  private boolean isolated;
  private String stepUser;
  private Path patches;

  private Gateway(Path directory) {
    this.directory = directory;
    this.state = directory.resolve("state");
  }

  /** Before {@code database} of {@code server}, logging in as {@code user} with a password. */
  static Gateway before(PostgresServer server, String database, String user, String password) {
    Gateway gateway = before(server.address(database), user, password);
    if (server.certificates() != null) {
      gateway.tls = "{ verify: full, ca: " + server.certificates().authority() + " }";
    }
    return gateway;
  }

  /** Before whatever listens at {@code address}, without TLS. */
  static Gateway before(String address, String user, String password) {
    Gateway gateway = new Gateway(Machine.directory("gateway"));
    gateway.address = address;
    gateway.user = user;
    gateway.secret("password", password);
    gateway.ofConnection.add("password: { file: " + gateway.directory + "/password }");
    return gateway;
  }

  /** Another heap, {@code 128m} for one. */
  Gateway heap(String size) {
    javaOptions.set(0, "-Xmx" + size);
    return this;
  }

  /** A further option of the gateway's JVM. */
  Gateway java(String option) {
    javaOptions.add(option);
    return this;
  }

  /** With the JVM's own choice of collector and compiler, as the launcher starts it. */
  Gateway ordinaryJvm() {
    quickJvm = List.of();
    return this;
  }

  /** A line at the top level of the configuration. */
  Gateway with(String setting) {
    settings.add(setting);
    return this;
  }

  /** A line under {@code limits:}. */
  Gateway limit(String line) {
    limits.add(line);
    return this;
  }

  /** A line of the connection. */
  Gateway connection(String line) {
    ofConnection.add(line);
    return this;
  }

  /** Other entries of the connection's {@code open_to:} than those that let this machine's in. */
  Gateway openTo(String... entries) {
    openTo = List.of(entries);
    return this;
  }

  /** Another {@code tls:} value of the connection. */
  Gateway tls(String value) {
    tls = value;
    return this;
  }

  /** Another state directory, which the caller made. */
  Gateway state(Path other) {
    state = other;
    return this;
  }

  /** Another file for the log's key, whose directory need not be there. */
  Gateway key(Path file) {
    key = file;
    return with("log_key: " + file);
  }

  /** Puts the step under another user; needs root. Otherwise steps run with --no-isolation. */
  Gateway isolated() {
    isolated = true;
    return this;
  }

  /** Puts the step under that user where the tests run as root; else it stays under their own. */
  Gateway stepOf(String name) {
    if (Machine.root()) {
      isolated = true;
      stepUser = name;
    }
    return this;
  }

  /** Puts the classes in {@code directory} before the gateway's own: another build of it. */
  Gateway patchedWith(Path classes) {
    patches = classes;
    return this;
  }

  /** Where recordings and log are. */
  Path state() {
    return state;
  }

  /** Where the log's key is. */
  Path keys() {
    return key != null ? key.getParent() : state.resolveSibling(state.getFileName() + "-keys");
  }

  /** The configuration file, written anew. */
  Path configuration() {
    StringBuilder text = new StringBuilder("name: e2e\nstate: " + state + "\n");
    settings.forEach(line -> text.append(line).append('\n'));
    if (!limits.isEmpty()) {
      text.append("limits:\n");
      limits.forEach(line -> text.append("  ").append(line).append('\n'));
    }
    text.append("connections:\n  " + CONNECTION + ":\n    protocol: postgresql\n");
    text.append("    address: ").append(address).append("\n    user: ").append(user);
    text.append("\n    tls: ").append(tls).append('\n');
    text.append(openTo.isEmpty() ? "" : "    open_to:\n");
    openTo.forEach(entry -> text.append("      - ").append(entry).append('\n'));
    ofConnection.forEach(line -> text.append("    ").append(line).append('\n'));
    Path file = directory.resolve("stepgate.yml");
    try {
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** A command that a person gives, who is that user of this machine. */
  Program cliAs(String person, String... words) {
    List<String> command = new ArrayList<>(List.of(Machine.java()));
    command.addAll(quickJvm);
    command.addAll(List.of("-jar", Machine.gatewayJar().toString()));
    command.addAll(List.of(words));
    return Program.as(person, command.toArray(String[]::new)).in(Path.of("/"));
  }

  /** Any command of the command line, to be run. */
  Program cli(String... words) {
    return Program.of(command(words)).in(directory);
  }

  private String[] command(String... words) {
    List<String> command = new ArrayList<>(List.of(Machine.java()));
    command.addAll(javaOptions);
    command.addAll(quickJvm);
    String jar = Machine.gatewayJar().toString();
    if (patches == null) {
      command.addAll(List.of("-jar", jar));
    } else {
      String libraries = Machine.gatewayJar().resolveSibling("lib") + "/*";
      command.addAll(List.of("-cp", patches + ":" + jar + ":" + libraries));
      command.add("dev.stepgate.gateway.Main");
    }
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }

  /** {@code exec} around a command. */
  Program exec(String... command) {
    return execWith(List.of(), command);
  }

  /** {@code exec} with further options, around a command. */
  Program execWith(List<String> options, String... command) {
    List<String> words = new ArrayList<>(List.of("exec", "--config", configuration().toString()));
    words.addAll(options);
    if (!isolated) {
      words.add("--no-isolation");
    }
    if (stepUser != null) {
      words.addAll(List.of("--user", stepUser));
    }
    words.addAll(List.of("--connection", CONNECTION, "--"));
    words.addAll(List.of(command));
    return cli(words.toArray(String[]::new));
  }

  /** A step that only waits, so that a test can be its client. */
  HeldStep hold() {
    return HeldStep.start(exec("sh", "-c", "env; echo ready; exec cat >/dev/null"));
  }

  /** Lets this process's user and, as root, a step's account ask {@code serve} for sessions. */
  Gateway serving() {
    return with("serve: { socket: " + socket() + ", users: [ " + Machine.users() + " ] }");
  }

  /** Starts {@code serve}. */
  ServedGateway serve() {
    // Hangups are its own business: whatever runs the tests may have them ignored (nohup).
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
    command.addAll(List.of(command("serve", "--config", configuration().toString())));
    Process process = Program.of(command).in(directory).writingAll(log()).start();
    return new ServedGateway(this, socket(), process).await();
  }

  /** Where {@code serve} writes. */
  Path log() {
    return directory.resolve("serve.log");
  }

  /** Where {@code serve} listens. */
  Path socket() {
    return directory.resolve("control.sock");
  }

  /** {@code verify} of the state directory with the gateway's own key. */
  Ran verify(String... more) {
    List<String> words = new ArrayList<>(List.of("verify", state.toString()));
    words.addAll(List.of("--key", keys().resolve("log.key.pub").toString()));
    words.addAll(List.of(more));
    return cli(words.toArray(String[]::new)).run();
  }

  /** The directory of the only session. */
  Path onlySession() {
    try (Stream<Path> sessions = Files.list(state.resolve("recordings"))) {
      List<Path> found = sessions.toList();
      if (found.size() != 1) {
        throw new AssertionError("sessions: " + found);
      }
      return found.get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that only this user may read; its path. */
  Path secret(String name, String content) {
    Path file = directory.resolve(name);
    try {
      Files.writeString(file, content);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  @Override
  public void close() {
    Machine.remove(directory);
  }
}
