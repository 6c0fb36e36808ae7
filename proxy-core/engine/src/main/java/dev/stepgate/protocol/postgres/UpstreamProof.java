package dev.stepgate.protocol.postgres;

import dev.stepgate.protocol.postgres.wire.AuthenticationMD5Password;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASL;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLContinue;
import dev.stepgate.protocol.postgres.wire.AuthenticationSASLFinal;
import dev.stepgate.protocol.postgres.wire.FrontendMessage;
import dev.stepgate.protocol.postgres.wire.Md5Password;
import dev.stepgate.protocol.postgres.wire.PasswordMessage;
import dev.stepgate.protocol.postgres.wire.SASLInitialResponse;
import dev.stepgate.protocol.postgres.wire.SaltedPasswords;
import dev.stepgate.protocol.postgres.wire.ScramClient;
import dev.stepgate.protocol.postgres.wire.TlsServerEndPoint;
import dev.stepgate.protocol.postgres.wire.WireException;
import dev.stepgate.protocol.postgres.wire.WireText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * How the gateway proves itself to one server, within what the target allows. Reading the password
 * and deriving keys from it happen off the loop; answers come back on it.
 */
final class UpstreamProof {

  /** Told when no proof can be given. */
  interface Fault {
    void of(String sqlState, String sentence);
  }

  private final PostgresTarget target;
  private final Executor loop;
  private final Executor offload;
  private final SaltedPasswords salted;
  private final SecureRandom random;

  private boolean working;
  private UpstreamAuth used;
  private boolean bound;
  private ScramClient scram;

  UpstreamProof(
      PostgresTarget target,
      Executor loop,
      Executor offload,
      SaltedPasswords salted,
      SecureRandom random) {
    this.target = target;
    this.loop = loop;
    this.offload = offload;
    this.salted = salted;
    this.random = random;
  }

  /** Whether an answer is being made; nothing further is looked at until it is there. */
  boolean working() {
    return working;
  }

  /** The server let the gateway in. */
  void accepted() throws UpstreamException {
    if (used == UpstreamAuth.SCRAM_SHA_256 && !(scram != null && scram.isServerProved())) {
      throw refused("let the gateway in without proving that it knows the password");
    }
    if (used == null) {
      if (target.auth().contains(UpstreamAuth.CERTIFICATE)) {
        used = UpstreamAuth.CERTIFICATE;
      } else if (target.auth().contains(UpstreamAuth.TRUST)) {
        used = UpstreamAuth.TRUST;
      } else {
        throw refused("let the gateway in without any proof; allow \"trust\" if that is meant");
      }
    }
  }

  void sasl(AuthenticationSASL offer, SSLSession tls, Consumer<FrontendMessage> reply, Fault fault)
      throws UpstreamException {
    allow(UpstreamAuth.SCRAM_SHA_256);
    ScramClient.Binding binding = binding(tls);
    work(
        password -> {
          scram = new ScramClient(password, binding, salted, random);
          SASLInitialResponse first = scram.begin(offer.mechanisms());
          bound = first.mechanism().endsWith("-PLUS");
          return first;
        },
        reply,
        fault);
  }

  private static ScramClient.Binding binding(SSLSession tls) {
    if (tls == null) {
      return new ScramClient.NoTls();
    }
    try {
      X509Certificate certificate = (X509Certificate) tls.getPeerCertificates()[0];
      return new ScramClient.Tls(TlsServerEndPoint.of(certificate).orElse(null));
    } catch (SSLPeerUnverifiedException | GeneralSecurityException e) {
      return new ScramClient.Tls(null);
    }
  }

  void challenged(
      AuthenticationSASLContinue challenge, Consumer<FrontendMessage> reply, Fault fault)
      throws UpstreamException {
    if (scram == null) {
      throw refused("goes on with a proof that was not begun");
    }
    work(password -> scram.answer(challenge), reply, fault);
  }

  void proved(AuthenticationSASLFinal last) throws UpstreamException {
    if (scram == null) {
      throw refused("ends a proof that was not begun");
    }
    try {
      scram.finish(last);
    } catch (IllegalStateException e) {
      throw refused("ends a proof that was not given");
    }
  }

  void md5(AuthenticationMD5Password request, Consumer<FrontendMessage> reply, Fault fault)
      throws UpstreamException {
    allow(UpstreamAuth.MD5);
    work(
        password -> Md5Password.answer(WireText.of(target.user()), password, request),
        reply,
        fault);
  }

  void password(Consumer<FrontendMessage> reply, Fault fault) throws UpstreamException {
    allow(UpstreamAuth.PASSWORD);
    work(
        password -> new PasswordMessage(WireText.of(new String(password, StandardCharsets.UTF_8))),
        reply,
        fault);
  }

  private void allow(UpstreamAuth asked) throws UpstreamException {
    if (used != null) {
      throw refused("asks for a second proof");
    }
    if (!target.auth().contains(asked)) {
      throw refused("asks for \"" + asked.word() + "\", which the connection does not allow");
    }
    used = asked;
  }

  private static UpstreamException refused(String sentence) {
    return new UpstreamException(SqlState.REJECTED, "the server " + sentence);
  }

  private static String challenge(WireException e) {
    boolean few = e.fault() == WireException.Fault.LIMIT && e.value() < e.limit();
    return "the server's challenge: "
        + e.getMessage()
        + (few ? " (the server's scram_iterations, when the password was set)" : "");
  }

  private void work(
      Function<byte[], FrontendMessage> task, Consumer<FrontendMessage> reply, Fault fault) {
    working = true;
    try {
      offload.execute(
          () -> {
            byte[] password = null;
            try {
              password = target.password().read();
              FrontendMessage made = task.apply(password);
              back(() -> reply.accept(made));
            } catch (WireException e) {
              back(() -> fault.of(SqlState.REJECTED, challenge(e)));
            } catch (IOException e) {
              back(() -> fault.of(SqlState.CANNOT_CONNECT, "no password: " + e.getMessage()));
            } catch (IllegalArgumentException e) {
              back(() -> fault.of(SqlState.CANNOT_CONNECT, "the password cannot be sent"));
            } finally {
              if (password != null) {
                Arrays.fill(password, (byte) 0);
              }
            }
          });
    } catch (RejectedExecutionException e) {
      working = false;
      fault.of(SqlState.CANNOT_CONNECT, "too many logins wait, or the gateway is closing");
    }
  }

  private void back(Runnable task) {
    loop.execute(
        () -> {
          working = false;
          task.run();
        });
  }

  /** What was used, for the recording. */
  String json(SSLSession tls) {
    String auth = used == null ? "none" : used.word() + (bound ? "-plus" : "");
    return "{\"auth\":\""
        + auth
        + "\",\"tls\":\""
        + (tls == null ? "off" : tls.getProtocol())
        + "\",\"cipher\":\""
        + (tls == null ? "" : tls.getCipherSuite())
        + "\",\"verify\":\""
        + target.tls().verify().name().toLowerCase(java.util.Locale.ROOT)
        + "\"}";
  }
}
