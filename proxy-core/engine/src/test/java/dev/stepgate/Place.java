package dev.stepgate;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.stepgate.config.ConfigFile;
import dev.stepgate.event.Event;
import dev.stepgate.event.EventFiles;
import dev.stepgate.event.EventReader;
import dev.stepgate.job.Evidence;
import dev.stepgate.job.JobContext;
import dev.stepgate.session.Isolation;
import dev.stepgate.transport.ScriptedHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A gateway before a GitLab on loopback: {@code orders-db} for protected refs of acme/orders,
 * {@code shop-db} for acme/shop and for alice, {@code closed-db} for nobody.
 */
final class Place implements AutoCloseable {

  final RSAKey key = rsa();
  final Stepgate stepgate;
  final String url;
  private final ScriptedHttp issuer;
  private final Path directory;

  Place(Path directory) throws Exception {
    this.directory = directory;
    issuer = ScriptedHttp.serve(path -> ScriptedHttp.text(""));
    url = "http://" + issuer.authority() + "/gitlab";
    issuer.script(
        path ->
            path.equals("/gitlab/keys")
                ? ScriptedHttp.ok(new JWKSet(key.toPublicJWK()).toString())
                : ScriptedHttp.ok(
                    "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\"}"));
    write("secret", "s3cret\n");
    write("stepgate.yml", configuration());
    stepgate =
        Stepgate.start(ConfigFile.load(directory.resolve("stepgate.yml"), InstantSource.system()));
  }

  private String configuration() {
    return """
        name: ci
        state: state
        identity:
          issuers:
            gitlab: { preset: gitlab, url: '%s' }
        connections:
          orders-db:
            protocol: postgresql
            address: 127.0.0.1:1/orders
            user: app
            password: { file: secret }
            tls: { verify: off }
            open_to:
              - { issuer: gitlab, repository: acme/orders, project_id: 20, ref_protected: true }
          shop-db:
            protocol: postgresql
            address: 127.0.0.1:1/shop
            user: app
            password: { file: secret }
            tls: { verify: off }
            open_to:
              - { issuer: gitlab, repository: acme/shop, project_id: 21 }
              - { issuer: local, user: alice }
          closed-db:
            protocol: postgresql
            address: 127.0.0.1:1/closed
            user: app
            password: { file: secret }
            tls: { verify: off }
        """
        .formatted(url);
  }

  private void write(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  static RSAKey rsa() {
    try {
      return new RSAKeyGenerator(2048).keyID("k1").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The claims of a job of a protected ref of acme/orders, to be changed. */
  JWTClaimsSet.Builder orders() {
    return claims("acme/orders", "20", "302");
  }

  /** The same of acme/shop. */
  JWTClaimsSet.Builder shop() {
    return claims("acme/shop", "21", "303");
  }

  private JWTClaimsSet.Builder claims(String repository, String project, String job) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(url)
        .audience("stepgate")
        .subject("project_path:" + repository + ":ref_type:branch:ref:main")
        .jwtID(UUID.randomUUID().toString())
        .claim("project_path", repository)
        .claim("project_id", project)
        .claim("pipeline_id", "574")
        .claim("job_id", job)
        .claim("ref_path", "refs/heads/main")
        .claim("ref_protected", "true")
        .claim("sha", "4f1c5aa9d0e4b41e1a2a3d54b9e9a6f1bd7c0f4e")
        .claim("user_login", "alice")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  /** Signed by the issuer's key. */
  String signed(JWTClaimsSet.Builder claims) throws JOSEException {
    return signed(claims, JWSAlgorithm.RS256, new RSASSASigner(key));
  }

  static String signed(JWTClaimsSet.Builder claims, JWSAlgorithm algorithm, JWSSigner signer)
      throws JOSEException {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID("k1").build(), claims.build());
    token.sign(signer);
    return token.serialize();
  }

  /** Opens a session for a job of the machine's user {@code runner}, who has no name in open_to. */
  OpenSession open(Evidence evidence, Map<String, String> claimed, String... connections)
      throws RefusedException {
    return open("runner(998)", evidence, claimed, connections);
  }

  OpenSession open(String by, Evidence evidence, Map<String, String> claimed, String... connections)
      throws RefusedException {
    JobContext job = new JobContext(by, Isolation.USER, evidence, claimed);
    return stepgate.open(job, List.of(connections));
  }

  /** The event that {@code wanted} fits, waited for a while; fails if none comes. */
  Event event(java.util.function.Predicate<Event> wanted) throws Exception {
    for (int i = 0; i < 200; i++) {
      for (Event event : events()) {
        if (wanted.test(event)) {
          return event;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new AssertionError("no such event among " + events());
  }

  /** All events so far. */
  List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    EventFiles files = new EventFiles(directory.resolve("state"));
    for (int number : files.numbers()) {
      try (EventReader reader = EventReader.open(files.file(number))) {
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
          events.add(next.get());
        }
      }
    }
    return events;
  }

  @Override
  public void close() throws IOException {
    stepgate.close();
    issuer.close();
  }
}
