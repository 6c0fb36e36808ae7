package dev.stepgate.gateway.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.gateway.ExitCode;
import dev.stepgate.gateway.Failure;
import dev.stepgate.gateway.PlainText;
import dev.stepgate.identity.DocumentException;
import dev.stepgate.identity.Issuer;
import dev.stepgate.identity.ProviderEndpoints;
import dev.stepgate.identity.StrictJson;
import dev.stepgate.transport.DialTls;
import dev.stepgate.transport.DialTlsContext;
import dev.stepgate.transport.HttpCalls;
import dev.stepgate.transport.HttpReply;
import dev.stepgate.transport.Io;
import dev.stepgate.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * The provider at which people sign in, asked over HTTP as OAuth 2.0 and its extensions say. Every
 * call is bounded in bytes and time; nothing that it says leaves here unescaped in a message.
 */
final class Provider implements AutoCloseable {

  /** What one call may take. */
  static final Duration CALL_WITHIN = Duration.ofSeconds(10);

  /** The longest discovery document. */
  static final int MAX_DOCUMENT_BYTES = 256 << 10;

  /** The longest answer to a form. */
  static final int MAX_ANSWER_BYTES = 64 << 10;

  /** How much of its words is shown. */
  static final int MAX_SHOWN_CHARS = 300;

  private final Issuer issuer;
  private final Transport transport;
  private final HttpCalls http;
  private final Duration within;

  private Provider(Issuer issuer, Transport transport, HttpCalls http, Duration within) {
    this.issuer = issuer;
    this.transport = transport;
    this.http = http;
    this.within = within;
  }

  /**
   * What it answered to a form.
   *
   * @param ok whether it did what was asked
   * @param body its JSON object
   */
  record Answer(boolean ok, ObjectNode body) {

    /** The error's code (RFC 6749 section 5.2), or nothing. */
    String error() {
      return text(body, "error").orElse("");
    }
  }

  static Provider open(SignInTerms terms) throws Failure {
    return open(terms, CALL_WITHIN);
  }

  /** With another bound on each call. */
  static Provider open(SignInTerms terms, Duration within) throws Failure {
    Issuer issuer;
    try {
      issuer = terms.provider();
    } catch (IllegalArgumentException e) {
      throw unusable("the gateway's word about it: " + e.getMessage());
    }
    Transport transport = new Transport(Io.nio(), 1);
    try {
      return new Provider(issuer, transport, new HttpCalls(transport, tls(terms)), within);
    } catch (IOException e) {
      transport.close();
      throw unusable(String.valueOf(e.getMessage()));
    }
  }

  private static DialTlsContext tls(SignInTerms terms) throws IOException {
    if (terms.ca().isEmpty()) {
      return DialTlsContext.read(
          new DialTls(DialTls.Verify.FULL, List.of(), null, null, null, true), "http/1.1");
    }
    Path file = Files.createTempFile("stepgate-ca-", ".pem");
    try {
      Files.writeString(file, terms.ca().get());
      return DialTlsContext.read(
          new DialTls(DialTls.Verify.FULL, List.of(file), null, null, null, true), "http/1.1");
    } finally {
      Files.delete(file);
    }
  }

  /** What its tokens are held against. */
  Issuer issuer() {
    return issuer;
  }

  /** Whether a page is its own. */
  boolean shows(URI page) {
    return issuer.serves(page);
  }

  /** Where it lets people sign in, by its discovery document. */
  ProviderEndpoints endpoints() throws Failure {
    URI at = ProviderEndpoints.document(issuer);
    try {
      return ProviderEndpoints.read(issuer, await(http.get(at, within, MAX_DOCUMENT_BYTES)));
    } catch (DocumentException e) {
      throw unusable(e.getMessage());
    }
  }

  /** Sends a form. */
  Answer post(URI at, Map<String, String> form) throws Failure {
    String text =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpReply reply = await(http.post(at, text, within, MAX_ANSWER_BYTES));
    // RFC 7009 section 2.2: a token that was taken back is answered with a status alone.
    if (reply.ok() && reply.body().length == 0) {
      return new Answer(true, JsonNodeFactory.instance.objectNode());
    }
    try {
      return new Answer(reply.ok(), StrictJson.object(reply.body()));
    } catch (StrictJson.NotJson e) {
      throw unusable("it answered " + reply.status() + " with what is " + e.getMessage());
    }
  }

  /** Its refusal of a form, in words for a person. */
  static Failure refusal(String what, Answer answer) {
    String said =
        text(answer.body(), "error_description")
            .map(description -> answer.error() + ": " + description)
            .orElse(answer.error());
    return new Failure(
        ExitCode.REFUSED,
        what + " says: " + PlainText.escape(said.isEmpty() ? "no" : said, MAX_SHOWN_CHARS));
  }

  /** An answer that cannot be used. */
  static Failure unusable(String why) {
    return new Failure(
        ExitCode.UNAVAILABLE,
        "the sign-in provider cannot be used: " + PlainText.escape(why, MAX_SHOWN_CHARS));
  }

  /** A text of an answer's. */
  static Optional<String> text(ObjectNode body, String member) {
    JsonNode value = body.get(member);
    return value != null && value.isTextual() && !value.textValue().isEmpty()
        ? Optional.of(value.textValue())
        : Optional.empty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static <T> T await(CompletionStage<T> asked) throws Failure {
    try {
      return asked.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw unusable(String.valueOf(e.getCause().getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unusable("interrupted");
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
