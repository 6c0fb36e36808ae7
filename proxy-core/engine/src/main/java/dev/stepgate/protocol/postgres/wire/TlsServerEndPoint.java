package dev.stepgate.protocol.postgres.wire;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The channel binding {@code tls-server-end-point} (RFC 5929, section 4.1): the server certificate
 * hashed with the hash of its own signature, SHA-256 in place of MD5 and SHA-1.
 */
public final class TlsServerEndPoint {

  private static final Pattern WITH = Pattern.compile("(.+)WITH.+", Pattern.CASE_INSENSITIVE);
  private static final Pattern SHA = Pattern.compile("SHA-?(224|256|384|512)");

  private TlsServerEndPoint() {}

  /** The binding's bytes, or nothing where the signature has no hash of its own (Ed25519). */
  public static Optional<byte[]> of(X509Certificate certificate) throws GeneralSecurityException {
    Optional<String> hash = hashName(certificate);
    if (hash.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded()));
  }

  private static Optional<String> hashName(X509Certificate certificate)
      throws GeneralSecurityException {
    if (certificate.getSigAlgName().equalsIgnoreCase("RSASSA-PSS")) {
      return pssHash(certificate);
    }
    Matcher with = WITH.matcher(certificate.getSigAlgName());
    return with.matches() ? Optional.of(binding(with.group(1))) : Optional.empty();
  }

  private static Optional<String> pssHash(X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] encoded = certificate.getSigAlgParams();
    if (encoded == null) {
      // RFC 4055: parameters that are left out mean SHA-1.
      return Optional.of(binding("SHA1"));
    }
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
    try {
      parameters.init(encoded);
    } catch (IOException e) {
      throw new GeneralSecurityException("the certificate's PSS parameters cannot be read", e);
    }
    PSSParameterSpec spec = parameters.getParameterSpec(PSSParameterSpec.class);
    return Optional.of(binding(spec.getDigestAlgorithm()));
  }

  private static String binding(String hash) throws GeneralSecurityException {
    String name = hash.toUpperCase(Locale.ROOT);
    if (name.matches("MD5|SHA-?1")) {
      return "SHA-256";
    }
    Matcher sha = SHA.matcher(name);
    if (!sha.matches()) {
      throw new GeneralSecurityException("no channel binding for a signature with " + hash);
    }
    return "SHA-" + sha.group(1);
  }
}
