package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.BackendKeyData;
import dev.stepgate.protocol.postgres.wire.SaltedPasswords;
import dev.stepgate.protocol.postgres.wire.StartupMessage;
import dev.stepgate.transport.DialTlsContext;
import dev.stepgate.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** Opens sessions at one target's server, and cancels what they do. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // whoever waits looks at the promise
final class Upstreams {

  private static final String NATIVE_CALL =
      "^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ";

  private final PostgresTarget target;
  private final DialTlsContext tls;
  private final Transport transport;
  private final SecureRandom random;
  private final Memory memory;
  private final SaltedPasswords salted;
  private final BiFunction<Upstreams, String, Insight> insight;

  /**
   * Reads the target's TLS files.
   *
   * @param insight makes what is asked about statements, or answers what was made before
   */
  Upstreams(
      PostgresTarget target,
      Transport transport,
      SecureRandom random,
      Memory memory,
      BiFunction<Upstreams, String, Insight> insight)
      throws IOException {
    this.insight = insight;
    this.target = target;
    this.tls = DialTlsContext.read(target.tls(), TlsOpening.ALPN);
    this.transport = transport;
    this.random = random;
    this.memory = memory;
    this.salted = new SaltedPasswords(random);
  }

  PostgresTarget target() {
    return target;
  }

  Memory memory() {
    return memory;
  }

  Insight insight(String database) {
    return insight.apply(this, database);
  }

  /** A new session, its channel on {@code loop}; fails with {@link UpstreamException} only. */
  Future<Upstream> open(EventLoop loop, StartupMessage startup) {
    Promise<Upstream> done = loop.newPromise();
    UpstreamProof proof = new UpstreamProof(target, loop, transport.offload(), salted, random);
    transport
        .dial(
            loop,
            target.host(),
            target.port(),
            target.limits().connect(),
            new UpstreamLogin(target, tls, startup, proof, done))
        .addListener((Future<Channel> dialled) -> dialled(dialled, done));
    return done;
  }

  private void dialled(Future<Channel> dialled, Promise<Upstream> done) {
    if (!dialled.isSuccess()) {
      done.tryFailure(
          new UpstreamException(
              SqlState.CANNOT_CONNECT,
              "connection \""
                  + target.name()
                  + "\": the server cannot be reached: "
                  + reason(dialled.cause())));
    }
  }

  /** Why, in the system's words alone: epoll puts the call and its number before them. */
  private static String reason(Throwable cause) {
    return String.valueOf(cause.getMessage()).replaceFirst(NATIVE_CALL, "");
  }

  /**
   * Asks the server to cancel what a session does. Completes when the server has closed the
   * connection that carried the request, which it does once the signal is sent, or when {@link
   * PostgresLimits#cancel} has passed since now, connecting included.
   */
  Future<Void> cancel(EventLoop loop, BackendKeyData key) {
    Promise<Void> done = loop.newPromise();
    if (key == null) {
      return done.setSuccess(null);
    }
    Duration cancel = target.limits().cancel();
    var deadline =
        loop.schedule(() -> done.trySuccess(null), cancel.toMillis(), TimeUnit.MILLISECONDS);
    done.addListener(over -> deadline.cancel(false));
    transport
        .dial(
            loop, target.host(), target.port(), cancel, new UpstreamCancel(target, tls, key, done))
        .addListener(
            (Future<Channel> dialled) -> {
              if (!dialled.isSuccess()) {
                done.trySuccess(null);
              }
            });
    return done;
  }
}
