package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.admission.Gate;
import dev.stepgate.policy.Policy;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.session.Bearer;
import dev.stepgate.session.Connection;
import dev.stepgate.session.Isolation;
import dev.stepgate.session.Session;
import dev.stepgate.session.SessionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A relay between two channels in memory, with nothing but the test on their other ends. */
final class Rig implements Lease, AutoCloseable {

  static final SessionId SESSION = new SessionId("01KAAAAAAAAAAAAAAAAAAA7QK2");

  final FakeRecording recording = new FakeRecording();
  final EmbeddedChannel client = new EmbeddedChannel();
  final EmbeddedChannel server = new EmbeddedChannel();
  final ByteArrayOutputStream toClient = new ByteArrayOutputStream();
  final ByteArrayOutputStream toServer = new ByteArrayOutputStream();
  final Memory memory;
  final Relay relay;
  final PostgresLimits limits;

  /** Sees each write to the server before it can get there. */
  Consumer<byte[]> beforeServer = bytes -> {};

  final List<ParameterStatus> parameters = new ArrayList<>();
  final Map<String, String> settings = new HashMap<>();
  Insight insight = new PlainInsight();
  boolean finished;
  boolean cleanlyFinished;
  boolean defined;
  boolean broken;
  boolean cancelledAtEnd;
  Promise<Void> cancel;

  Rig() {
    this(Policy.ALLOW_ALL, PostgresLimits.DEFAULT);
  }

  Rig(Policy policy, PostgresLimits limits) {
    this(policy, limits, new Memory());
  }

  Rig(Policy policy, PostgresLimits limits, Memory memory) {
    this(new Gate(policy, InstantSource.system()), limits, memory);
  }

  Rig(Gate gate, PostgresLimits limits, Memory memory) {
    this.limits = limits;
    this.memory = memory;
    Session session =
        new Session(
            SESSION,
            "gw",
            Instant.EPOCH,
            "tester(0)",
            Isolation.NONE,
            Bearer.user("tester", 0),
            Map.of(),
            List.of("db"));
    Connection connection =
        new Connection(SESSION, 1, "db", PostgresTarget.PROTOCOL, Instant.EPOCH, "peer");
    Entry entry = gate.enter(session, connection, recording);
    relay = new Relay(entry, this);
    server.pipeline().addLast(new Tap());
    client.pipeline().addLast(relay.clientHalf());
    server.pipeline().addLast(relay.upstreamHalf());
    relay.begin();
  }

  private final class Tap extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise)
        throws Exception {
      beforeServer.accept(ByteBufUtil.getBytes((ByteBuf) msg));
      super.write(ctx, msg, promise);
    }
  }

  /** The client sends this in one segment; what comes of it is gathered. */
  Rig client(byte[]... messages) {
    client.writeInbound(buffer(messages));
    return gather();
  }

  /** The server sends this in one segment; what comes of it is gathered. */
  Rig server(byte[]... messages) {
    server.writeInbound(buffer(messages));
    return gather();
  }

  private ByteBuf buffer(byte[]... messages) {
    ByteBuf all = client.alloc().directBuffer();
    for (byte[] message : messages) {
      all.writeBytes(message);
    }
    return all;
  }

  /** The client's connection is gone. */
  void clientCloses() {
    client.close().syncUninterruptibly();
    gather();
  }

  /** The server's connection is gone. */
  void serverCloses() {
    server.close().syncUninterruptibly();
    gather();
  }

  Rig gather() {
    client.runPendingTasks();
    gather(client, toClient);
    gather(server, toServer);
    return this;
  }

  private static void gather(EmbeddedChannel channel, ByteArrayOutputStream into) {
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      into.writeBytes(ByteBufUtil.getBytes(out));
      out.release();
    }
  }

  /** The types of the messages that reached the client since last asked. */
  String clientSaw() {
    return types(toClient);
  }

  /** The types of the messages that reached the server since last asked. */
  String serverSaw() {
    return types(toServer);
  }

  private static String types(ByteArrayOutputStream from) {
    String types = Wire.types(from.toByteArray());
    from.reset();
    return types;
  }

  /** The text of all that reached the client since last asked. */
  String clientText() {
    String text = toClient.toString(java.nio.charset.StandardCharsets.UTF_8);
    toClient.reset();
    return text;
  }

  FakeRecording.Operated operation(long number) {
    return recording.operations.get(number);
  }

  @Override
  public Channel client() {
    return client;
  }

  @Override
  public Channel upstream() {
    return server;
  }

  @Override
  public PostgresLimits limits() {
    return limits;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public String name() {
    return "db";
  }

  @Override
  public Insight insight() {
    return insight;
  }

  @Override
  public String setting(String name) {
    return settings.get(name);
  }

  @Override
  public Future<Upstream> another(List<StartupMessage.Parameter> settings) {
    return client.eventLoop().newFailedFuture(new UpstreamException(SqlState.CANNOT_CONNECT, "no"));
  }

  @Override
  public Future<Void> cancel() {
    cancel = client.eventLoop().newPromise();
    return cancel;
  }

  @Override
  public void parameter(ParameterStatus status) {
    parameters.add(status);
  }

  @Override
  public void defined() {
    defined = true;
  }

  @Override
  public void finished(boolean clean) {
    finished = true;
    cleanlyFinished = clean;
  }

  @Override
  public void broken(ByteBuf last, boolean running) {
    broken = true;
    cancelledAtEnd = running;
    if (last != null) {
      client.writeOutbound(last);
    }
  }

  @Override
  public void close() {
    client.finishAndReleaseAll();
    server.finishAndReleaseAll();
  }
}
