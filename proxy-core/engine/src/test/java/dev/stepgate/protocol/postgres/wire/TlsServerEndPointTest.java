package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsServerEndPointTest {

  private static X509Certificate certificate(String keys, String signature) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(keys);
    if (keys.equals("RSA")) {
      generator.initialize(2048);
    }
    BouncyCastleProvider signers = new BouncyCastleProvider();
    KeyPair pair = generator.generateKeyPair();
    X500Name name = new X500Name("CN=db.internal");
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    byte[] encoded =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(start),
                Date.from(start.plusSeconds(3600)),
                name,
                pair.getPublic())
            .build(
                new JcaContentSignerBuilder(signature)
                    .setProvider(signers)
                    .build(pair.getPrivate()))
            .getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  @ParameterizedTest
  @CsvSource({
    "RSA, SHA256withRSA, SHA-256",
    "RSA, SHA384withRSA, SHA-384",
    "RSA, SHA512withRSA, SHA-512",
    "RSA, SHA1withRSA, SHA-256",
    "RSA, MD5withRSA, SHA-256",
    "RSA, SHA384withRSAandMGF1, SHA-384",
    "RSA, SHA1withRSAandMGF1, SHA-256",
    "EC, SHA256withECDSA, SHA-256",
    "EC, SHA512withECDSA, SHA-512"
  })
  void is_the_certificate_under_the_hash_of_its_signature(
      String keys, String signature, String hash) throws Exception {
    X509Certificate certificate = certificate(keys, signature);

    Optional<byte[]> binding = TlsServerEndPoint.of(certificate);

    assertThat(binding).hasValue(MessageDigest.getInstance(hash).digest(certificate.getEncoded()));
  }

  @Test
  void a_signature_without_a_hash_of_its_own_has_none() throws Exception {
    assertThat(TlsServerEndPoint.of(certificate("Ed25519", "Ed25519"))).isEmpty();
  }
}
