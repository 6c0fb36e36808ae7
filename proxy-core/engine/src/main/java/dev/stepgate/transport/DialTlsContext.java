package dev.stepgate.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link DialTls} with its files read: what a dialled channel's TLS handlers come from. */
public final class DialTlsContext {

  private final DialTls settings;
  private final SslContext context;

  private DialTlsContext(DialTls settings, SslContext context) {
    this.settings = settings;
    this.context = context;
  }

  /**
   * Reads the files.
   *
   * @param protocol the name that is asked for by ALPN
   * @throws IOException naming the file that cannot be used
   */
  public static DialTlsContext read(DialTls settings, String protocol) throws IOException {
    if (!settings.on()) {
      return new DialTlsContext(settings, null);
    }
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .endpointIdentificationAlgorithm(
                settings.verify() == DialTls.Verify.FULL ? "HTTPS" : null)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    protocol));
    trust(builder, settings);
    if (settings.certificate() != null) {
      present(builder, settings);
    }
    return new DialTlsContext(settings, builder.build());
  }

  private static void trust(SslContextBuilder builder, DialTls settings) throws IOException {
    if (settings.verify() == DialTls.Verify.NONE) {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    } else if (!settings.authorities().isEmpty()) {
      List<X509Certificate> trusted = new ArrayList<>();
      for (Path file : settings.authorities()) {
        trusted.addAll(certificates(file));
      }
      builder.trustManager(trusted);
    }
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> found = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Certificate certificate : factory.generateCertificates(in)) {
        found.add((X509Certificate) certificate);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificates (PEM) in " + file, e);
    }
    if (found.isEmpty()) {
      throw new IOException("no certificates (PEM) in " + file);
    }
    return found;
  }

  private static void present(SslContextBuilder builder, DialTls settings) throws IOException {
    try {
      builder.keyManager(settings.certificate().toFile(), settings.key().toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "no certificate and private key (PEM, PKCS#8) in "
              + settings.certificate()
              + " and "
              + settings.key(),
          e);
    }
  }

  /** The settings that this was made of. */
  public DialTls settings() {
    return settings;
  }

  /**
   * A handler for one channel; fails its channel if the handshake takes longer than {@code
   * timeout}.
   */
  public SslHandler handler(ByteBufAllocator buffers, String host, int port, Duration timeout) {
    String name = settings.serverName() != null ? settings.serverName() : host;
    SslHandler handler = context.newHandler(buffers, name, port);
    handler.setHandshakeTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }
}
