package dev.stepgate.config;

import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.DialTls.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Reads a {@code tls:} section and looks into the files that it names. */
final class TlsReader {

  private static final int MAX_PEM = 4 << 20;
  private static final String PKCS8 = "-----BEGIN PRIVATE KEY-----";

  private final ConfigFile.Surroundings surroundings;

  TlsReader(ConfigFile.Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  DialTls read(Section section) {
    Verify verify =
        section.choice(
            "verify",
            List.of(Verify.values()),
            value -> value.name().toLowerCase(Locale.ROOT),
            Verify.FULL);
    Path ca = file(section, "ca", this::wrongWithCertificates);
    Path cert = file(section, "cert", this::wrongWithCertificates);
    Path key = file(section, "key", this::wrongWithKey);
    if (section.has("cert") != section.has("key")) {
      section.problem(section.has("cert") ? "cert" : "key", "cert and key come together");
    }
    if (verify == Verify.OFF) {
      ConfigKeys.TLS.stream()
          .filter(name -> !name.equals("verify") && section.has(name))
          .forEach(name -> section.problem(name, "has no meaning with verify: off"));
    }
    boolean pair = cert != null && key != null;
    return new DialTls(
        verify,
        ca == null ? List.of() : List.of(ca),
        pair ? cert : null,
        pair ? key : null,
        section.text("server_name").orElse(null),
        section.flag("direct"));
  }

  private Path file(Section section, String key, Function<Path, Optional<String>> check) {
    Path file = section.path(key, surroundings.directory()).orElse(null);
    if (file == null) {
      return null;
    }
    Optional<String> wrong = check.apply(file);
    wrong.ifPresent(reason -> section.problem(key, file + " " + reason));
    return wrong.isPresent() ? null : file;
  }

  /** What is wrong with a file of certificates, if anything. */
  Optional<String> wrongWithCertificates(Path file) {
    Optional<String> wrong = surroundings.rules().trusted(file);
    if (wrong.isPresent()) {
      return wrong;
    }
    try (InputStream in = Files.newInputStream(file)) {
      boolean none = CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty();
      return none ? Optional.of("holds no certificate") : Optional.empty();
    } catch (CertificateException e) {
      return Optional.of("holds no certificates in PEM");
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e.getMessage());
    }
  }

  private Optional<String> wrongWithKey(Path file) {
    Optional<String> wrong = surroundings.rules().secret(file);
    if (wrong.isPresent()) {
      return wrong;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_PEM), StandardCharsets.ISO_8859_1);
      return text.contains(PKCS8)
          ? Optional.empty()
          : Optional.of(
              "holds no unencrypted PKCS#8 key in PEM; openssl pkcs8 -topk8 -nodes makes one");
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e.getMessage());
    }
  }
}
