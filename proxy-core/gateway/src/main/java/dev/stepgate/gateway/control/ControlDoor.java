package dev.stepgate.gateway.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.gateway.control.ControlMessages.MalformedLine;
import dev.stepgate.gateway.exec.ApprovalSummary;
import dev.stepgate.gateway.exec.Recognised;
import dev.stepgate.gateway.exec.RecognisedPerson;
import dev.stepgate.gateway.exec.RecordingPiece;
import dev.stepgate.gateway.exec.SessionDoor;
import dev.stepgate.gateway.isolation.OsUser;
import dev.stepgate.gateway.login.SignInTerms;
import dev.stepgate.job.Seal;
import dev.stepgate.job.StepEnvironment;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens a session at a gateway behind its control socket. The connection is the session's life. */
public final class ControlDoor implements SessionDoor {

  // Several authorities' certificates may come with an answer.
  private static final int MAX_ANSWER = 4 << 20;

  private final SocketChannel channel;
  private final Optional<Integer> step;
  private final ByteBuffer buffer = ByteBuffer.allocate(4096).limit(0);

  private ControlDoor(SocketChannel channel, Optional<Integer> step) {
    this.channel = channel;
    this.step = step;
  }

  /**
   * Connects.
   *
   * @param step the user that the caller, being root, will run the step as
   * @throws IOException if no gateway answers
   */
  public static ControlDoor connect(Path socket, Optional<Integer> step) throws IOException {
    return new ControlDoor(SocketChannel.open(UnixDomainSocketAddress.of(socket)), step);
  }

  /** The name of the gateway on {@code socket}, if one answers and tells this user. */
  public static Optional<String> gatewayName(Path socket) {
    try (ControlDoor door = connect(socket, Optional.empty())) {
      ObjectNode reply = door.ask(ControlMessages.plain("status"), "status", ExitCode.REFUSED);
      return Optional.of(reply.path("gateway").asText());
    } catch (IOException | Failure e) {
      return Optional.empty();
    }
  }

  /** The user that the gateway runs as, if the kernel knows it. */
  public Optional<OsUser> gatewayUser() throws IOException {
    return ControlConnection.user(channel);
  }

  @Override
  public Opened open(Optional<String> token, Map<String, String> claimed, List<String> connections)
      throws Failure {
    ObjectNode reply =
        ask(ControlMessages.open(connections, token, claimed, step), "opened", ExitCode.REFUSED);
    try {
      SessionId id = ControlMessages.session(reply);
      Isolation isolation = ControlMessages.isolation(reply);
      StepEnvironment environment = StepEnvironment.of(id, ControlMessages.endpoints(reply));
      List<String> modes = ControlMessages.modes(reply, connections.size());
      return new Remote(id, ControlMessages.who(reply), modes, isolation, environment);
    } catch (MalformedLine | IllegalArgumentException e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * What the gateway makes of a token, or without one of this process's user.
   *
   * @throws Failure if it does not say
   */
  public Recognised whoami(Optional<String> token) throws Failure {
    ObjectNode reply = ask(WhoamiMessages.whoami(token), "whoami", ExitCode.REFUSED);
    try {
      return WhoamiMessages.recognised(reply);
    } catch (MalformedLine e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * Whether the gateway takes this process's user, or whoever a token is about, for a person.
   *
   * @throws Failure if it does not say
   */
  public RecognisedPerson person(Optional<String> token) throws Failure {
    ObjectNode reply = ask(PersonMessages.person(token), "person", ExitCode.REFUSED);
    try {
      return PersonMessages.person(reply);
    } catch (MalformedLine e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * Where and how people sign in.
   *
   * @throws Failure if the gateway does not say, because nobody signs in or only jobs run as this
   *     user
   */
  public SignInTerms signIn() throws Failure {
    ObjectNode reply = ask(ControlMessages.plain("sign_in"), "sign_in", ExitCode.REFUSED);
    try {
      return PersonMessages.terms(reply);
    } catch (MalformedLine e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * A piece of a recording, for this process's user or whoever a token is about.
   *
   * @throws Failure if the gateway does not give it
   */
  public RecordingPiece read(Optional<String> token, RecordingPiece.Wanted wanted) throws Failure {
    ObjectNode reply = ask(PersonMessages.read(token, wanted), "read", ExitCode.REFUSED);
    try {
      return PersonMessages.piece(reply);
    } catch (MalformedLine e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * The requests for approval that this process's user, or whoever a token is about, may answer.
   *
   * @throws Failure if it is nobody to be asked
   */
  public List<ApprovalSummary> approvals(Optional<String> token, boolean ended) throws Failure {
    ObjectNode reply = ask(ApprovalMessages.approvals(token, ended), "approvals", ExitCode.REFUSED);
    try {
      return ApprovalMessages.list(reply);
    } catch (MalformedLine e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * One of them, as its file has it.
   *
   * @throws Failure if it is not there, or not for this person
   */
  public byte[] approval(Optional<String> token, String id) throws Failure {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try {
      while (whole.size() < MAX_ANSWER) {
        byte[] piece =
            ApprovalMessages.piece(
                ask(
                    ApprovalMessages.approval(token, id, whole.size()),
                    "approval",
                    ExitCode.REFUSED));
        if (piece.length == 0) {
          break;
        }
        whole.writeBytes(piece);
      }
      return whole.toByteArray();
    } catch (MalformedLine e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway's answer: " + e.getMessage());
    }
  }

  /**
   * Answers one of them.
   *
   * @return what it is now: its state, how many have agreed, and how many have to
   * @throws Failure if the answer does not count
   */
  public Answered answer(Optional<String> token, String id, boolean approve, String reason)
      throws Failure {
    ObjectNode reply =
        ask(ApprovalMessages.answer(token, id, approve, reason), "answered", ExitCode.REFUSED);
    return new Answered(
        reply.path("state").asText(), reply.path("agreed").asInt(), reply.path("count").asInt());
  }

  /**
   * What became of an answer.
   *
   * @param state the request's state
   * @param agreed how many have agreed
   * @param count how many have to
   */
  public record Answered(String state, int agreed, int count) {}

  @Override
  public Set<String> secretVariables() {
    return Set.of(); // they are in another process's environment
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }

  private ObjectNode ask(byte[] request, String expected, int refused) throws Failure {
    try {
      send(request);
      return ControlMessages.reply(line(), expected);
    } catch (IOException e) {
      throw new Failure(ExitCode.UNAVAILABLE, "the gateway went away: " + e.getMessage());
    } catch (MalformedLine e) {
      throw new Failure(refused, "the gateway says: " + PlainText.escape(e.getMessage()));
    }
  }

  // Whoever is turned away may find the connection closed with the reason in it.
  private void send(byte[] request) throws IOException {
    try {
      for (ByteBuffer bytes = ByteBuffer.wrap(request); bytes.hasRemaining(); ) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      buffer.clear();
      if (channel.read(buffer) <= 0) {
        throw e;
      }
      buffer.flip();
    }
  }

  private byte[] line() throws IOException, MalformedLine {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          return line.toByteArray();
        }
        line.write(next);
        if (line.size() > MAX_ANSWER) {
          throw new MalformedLine("an answer of more than " + MAX_ANSWER + " bytes");
        }
      }
      buffer.clear();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        throw new IOException("it closed the control connection");
      }
    }
  }

  private final class Remote implements Opened {

    private final SessionId id;
    private final String who;
    private final List<String> modes;
    private final Isolation isolation;
    private final StepEnvironment environment;

    Remote(
        SessionId id,
        String who,
        List<String> modes,
        Isolation isolation,
        StepEnvironment environment) {
      this.id = id;
      this.who = who;
      this.modes = modes;
      this.isolation = isolation;
      this.environment = environment;
    }

    @Override
    public SessionId id() {
      return id;
    }

    @Override
    public String who() {
      return who;
    }

    @Override
    public List<String> modes() {
      return modes;
    }

    @Override
    public Isolation isolation() {
      return isolation;
    }

    @Override
    public StepEnvironment environment() {
      return environment;
    }

    @Override
    public Seal seal() throws Failure {
      ObjectNode reply = ask(ControlMessages.plain("seal"), "sealed", ExitCode.GATEWAY);
      try {
        return ControlMessages.seal(reply);
      } catch (MalformedLine e) {
        throw new Failure(ExitCode.GATEWAY, "the gateway's seal: " + e.getMessage());
      }
    }
  }
}
