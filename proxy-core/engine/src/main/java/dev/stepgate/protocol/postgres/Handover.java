package dev.stepgate.protocol.postgres;

import dev.stepgate.admission.Entry;
import dev.stepgate.protocol.Caller;
import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.NoticeResponse;
import dev.stepgate.protocol.postgres.wire.ParameterStatus;
import dev.stepgate.recording.EvidenceException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** From a client that has proved itself to the relay: gets it a server connection. */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes show as closed channels
final class Handover {

  private final PostgresEndpoint endpoint;
  private final Visit visit;
  private final StartupJudge startup;
  private final Entry entry;

  Handover(PostgresEndpoint endpoint, Visit visit, StartupJudge startup, Entry entry) {
    this.endpoint = endpoint;
    this.visit = visit;
    this.startup = startup;
    this.entry = entry;
  }

  /**
   * Records who is here and what it asks for, and connects.
   *
   * @throws EvidenceException if that cannot be recorded
   */
  void begin(Channel client, Caller caller) {
    note("peer", caller.json());
    ByteBuf asked = client.alloc().buffer();
    try {
      startup.forwarded().encode(asked);
      entry.note("startup", Answers.view(asked, asked.readerIndex(), asked.readableBytes()));
    } finally {
      asked.release();
    }
    if (!endpoint.target().allowsDatabase(startup.database())) {
      visit.fail(
          SqlState.NO_DATABASE,
          "database \"" + startup.database() + "\" is not one of this connection");
      return;
    }
    EventLoop loop = client.eventLoop();
    Upstream kept = endpoint.idle().take(loop, startup.forwarded());
    if (kept != null) {
      connected(client, loop.newSucceededFuture(kept));
      return;
    }
    endpoint
        .upstreams()
        .open(loop, startup.forwarded())
        .addListener((Future<Upstream> opened) -> connected(client, opened));
  }

  private void connected(Channel client, Future<Upstream> opened) {
    boolean gone = visit.over();
    if (!opened.isSuccess()) {
      if (!gone) {
        String sqlState =
            opened.cause() instanceof UpstreamException known
                ? known.sqlState()
                : SqlState.INTERNAL;
        visit.fail(sqlState, opened.cause().getMessage());
      }
      return;
    }
    Upstream upstream = opened.getNow();
    ClientLease lease =
        new ClientLease(
            endpoint.upstreams(),
            upstream,
            client,
            endpoint.cancels(),
            endpoint.idle(),
            visit::upstreamGone);
    if (gone || !upstream.channel().isActive()) {
      lease.finished(false);
      visit.fail(SqlState.CONNECTION_FAILURE, "the server closed the connection after its login");
      return;
    }
    try {
      note("upstream", upstream.proof());
      note("lease", "{\"clientsBefore\":" + upstream.lease() + "}");
      welcome(client, upstream, lease);
    } catch (EvidenceException e) {
      lease.finished(false);
      visit.fail(SqlState.NO_EVIDENCE, e.getMessage());
    }
  }

  private void note(String kind, String json) {
    entry.note(kind, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
  }

  private void welcome(Channel client, Upstream upstream, ClientLease lease) {
    ByteBuf settings = client.alloc().buffer();
    for (NoticeResponse notice : upstream.notices()) {
      notice.encode(settings);
    }
    for (ParameterStatus parameter : upstream.parameters()) {
      parameter.encode(settings);
    }
    try {
      entry.note(
          Answers.NOTE, Answers.view(settings, settings.readerIndex(), settings.readableBytes()));
    } catch (EvidenceException e) {
      settings.release();
      throw e;
    }
    BackendKeyData key = lease.grant(startup.cancelKeyBytes(), visit::cancel);
    client.write(settings);
    client.write(Messages.encoded(client.alloc(), key));
    client.writeAndFlush(Messages.ready(client.alloc(), (byte) 'I'));
    visit.relay(upstream, lease).begin();
  }
}
