package dev.stepgate.gateway.demo;

import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.isolation.DroppedPrivileges;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A DELETE that waits for a person. The gateway is root's, the step is one user's and the person
 * another's, as on a real machine: what the step knows of the request lets it approve nothing.
 */
final class DemoApproval {

  static final String STATEMENT = "delete from orders";

  private static final Pattern ID = Pattern.compile("ap-[0-9A-Z]{10}");
  private static final int LOOKS = 120;
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int STARTS = 300;
  private static final long START_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final DemoPlace place;
  private final List<String> stepgate;
  private final Path socket;
  private final DroppedPrivileges step;
  private final DroppedPrivileges person;
  private final Consumer<String> say;

  /**
   * Ready to show it.
   *
   * @param stepgate the command line that starts {@code stepgate}
   * @param socket where the gateway serves
   */
  DemoApproval(
      DemoPlace place,
      List<String> stepgate,
      Path socket,
      DroppedPrivileges step,
      DroppedPrivileges person,
      Consumer<String> say) {
    this.place = place;
    this.stepgate = stepgate;
    this.socket = socket;
    this.step = step;
    this.person = person;
    this.say = say;
  }

  /**
   * Whether the person can start {@code stepgate} where it lies: a home directory may be closed.
   */
  boolean possible() throws IOException {
    return as(person, "--version").code() == ExitCode.OK;
  }

  /** Shows it at a gateway that serves by {@code config}; {@code client} runs one statement. */
  void show(Path config, String connection, List<String> client) throws IOException, Failure {
    Process gateway = serve(config);
    try {
      awaitGateway(gateway);
      List<String> line = new ArrayList<>(stepgate);
      line.addAll(List.of("exec", "--socket", socket.toString(), "--connection", connection));
      line.addAll(List.of("--user", step.user().name(), "--"));
      line.addAll(client);
      say.accept("   $ stepgate exec --connection " + connection + " -- … '" + STATEMENT + "'");
      CompletableFuture<Child> waiting = CompletableFuture.supplyAsync(() -> run(line));
      String id = asked(waiting);
      say.accept(
          "   it waits; " + person.user().name() + " looks: $ stepgate approvals show " + id);
      print(as(person, "approvals", "show", "--socket", socket.toString(), id));
      Child own = as(step, "approve", "--socket", socket.toString(), id);
      expect(own.code() == ExitCode.REFUSED, "the step's own user cannot approve it", own);
      say.accept("   $ stepgate approve " + id);
      Child approved = as(person, "approve", "--socket", socket.toString(), id);
      expect(approved.code() == ExitCode.OK, person.user().name() + " approves it", approved);
      Child done = waiting.join();
      print(done);
      expect(done.out().contains(id), "the step was told who can decide, and how", done);
      expect(done.out().contains("DELETE 3"), "then it ran, once", done);
    } finally {
      gateway.destroy();
      await(gateway);
    }
  }

  private Process serve(Path config) throws IOException {
    List<String> line = new ArrayList<>(stepgate);
    line.addAll(List.of("serve", "--config", config.toString(), "--drain", "0"));
    ProcessBuilder builder = new ProcessBuilder(line).directory(Path.of("/").toFile());
    builder.redirectErrorStream(true).redirectOutput(place.path("serve.log").toFile());
    return place.start(builder, Process::destroy);
  }

  private void awaitGateway(Process gateway) throws Failure {
    for (int i = 0; i < STARTS && gateway.isAlive(); i++) {
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        if (channel.isConnected()) {
          return;
        }
      } catch (IOException e) {
        LockSupport.parkNanos(START_NANOS); // not there yet
      }
    }
    throw new Failure(ExitCode.BAD, "NOT AS IT SHOULD BE: the gateway does not serve");
  }

  private String asked(CompletableFuture<Child> waiting) throws IOException, Failure {
    for (int i = 0; i < LOOKS && !waiting.isDone(); i++) {
      Child list = as(person, "approvals", "list", "--socket", socket.toString());
      Matcher id = ID.matcher(list.out());
      if (id.find()) {
        return id.group();
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
    String out = waiting.isDone() ? waiting.join().out() : "";
    throw new Failure(ExitCode.BAD, "NOT AS IT SHOULD BE: nothing waits for approval\n" + out);
  }

  private Child as(DroppedPrivileges user, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(stepgate);
    line.addAll(List.of(arguments));
    return Child.run(
        place,
        user.command(line),
        Map.of("HOME", "/", "STEPGATE_CONFIG", ""),
        Path.of("/"),
        Optional.empty());
  }

  private Child run(List<String> line) {
    try {
      return Child.run(place, line, Map.of(), Path.of("/"), Optional.empty());
    } catch (IOException e) {
      return new Child(-1, e.toString());
    }
  }

  private static void await(Process process) throws IOException {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void print(Child child) {
    child.out().lines().forEach(text -> say.accept("   | " + text));
  }

  private void expect(boolean holds, String what, Child child) throws Failure {
    if (!holds) {
      throw new Failure(
          ExitCode.BAD, "NOT AS IT SHOULD BE: expected that " + what + "\n" + child.out());
    }
    say.accept("   ok: " + what);
  }
}
