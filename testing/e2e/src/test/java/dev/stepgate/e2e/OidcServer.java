package dev.stepgate.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The OpenID provider in {@code testing/e2e/clients/oidc-provider}, on a loopback port. */
final class OidcServer implements AutoCloseable {

  private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final BufferedReader said;
  private final String url;
  private final HttpClient http = HttpClient.newHttpClient();

  private OidcServer(Process process) throws IOException {
    this.process = process;
    this.said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.url = await("http://127.0.0.1:");
  }

  static OidcServer start() {
    try {
      return new OidcServer(Program.of(ClientPrograms.oidcProvider()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The issuer's URL. */
  String url() {
    return url;
  }

  /**
   * A token with these claims over the provider's own, which name the audience {@code stepgate}.
   */
  String token(String algorithm, String claims) {
    return token(algorithm, claims, "JWT");
  }

  /** The same with another type; the provider's own if it is empty. */
  String token(String algorithm, String claims, String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/token"))
            .timeout(PATIENCE)
            .header("Authorization", "Basic " + encoded("job:job-secret"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("x-alg", algorithm)
            .header("x-claims", claims)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=client_credentials&resource=urn:stepgate"));
    if (!type.isEmpty()) {
      request.header("x-typ", type);
    }
    try {
      String answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
      Matcher token = TOKEN.matcher(answer);
      if (!token.find()) {
        throw new AssertionError("no token: " + answer);
      }
      return token.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What a client gets for a refresh token, whole. */
  String refreshed(String client, String refresh) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/token"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "grant_type=refresh_token&client_id=" + client + "&refresh_token=" + refresh))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Puts new keys in place of the old ones. */
  void rotate() {
    try {
      OutputStream in = process.getOutputStream();
      in.write("rotate\n".getBytes(StandardCharsets.UTF_8));
      in.flush();
      await("rotated");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line that begins so; the provider has its own things to say in between. */
  private String await(String beginning) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
    }
    throw new AssertionError(
        "the provider ended: "
            + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
