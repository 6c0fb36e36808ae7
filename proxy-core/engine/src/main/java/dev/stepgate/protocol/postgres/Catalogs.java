package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.catalog.Catalog;
import dev.stepgate.protocol.postgres.sql.Statements;
import dev.stepgate.transport.Transport;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One catalog for each database of each target, made when one is first asked for. Thread-safe; ends
 * with the gateway.
 */
final class Catalogs implements AutoCloseable {

  private record Key(PostgresTarget target, String database) {}

  private record Kept(Catalog catalog, CatalogConnection connection) {}

  private final Transport transport;
  private final Statements statements;
  private final InstantSource clock;
  private final Map<Key, Kept> catalogs = new ConcurrentHashMap<>();

  Catalogs(Transport transport, Statements statements, InstantSource clock) {
    this.transport = transport;
    this.statements = statements;
    this.clock = clock;
  }

  /** The catalog of {@code database} at the server of {@code upstreams}. */
  Catalog of(Upstreams upstreams, String database) {
    return catalogs
        .computeIfAbsent(new Key(upstreams.target(), database), key -> open(upstreams, database))
        .catalog();
  }

  private Kept open(Upstreams upstreams, String database) {
    List<EventLoop> loops = transport.loops();
    EventLoop loop = loops.get(catalogs.size() % loops.size());
    CatalogConnection connection = new CatalogConnection(upstreams, loop, database);
    return new Kept(new Catalog(connection, statements, transport.offload(), clock), connection);
  }

  @Override
  public void close() {
    catalogs
        .values()
        .forEach(
            kept -> {
              kept.catalog().close();
              kept.connection().close();
            });
    catalogs.clear();
  }
}
