package dev.stepgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Somebody who opens a page, fills in what it asks for, and sends it off until there is no more.
 */
final class PersonAtBrowser {

  private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"[^>]*>");
  private static final Pattern INPUT = Pattern.compile("<input[^>]*>");
  private static final Pattern NAME = Pattern.compile("name=\"([^\"]*)\"");
  private static final Pattern VALUE = Pattern.compile("value=\"([^\"]*)\"");
  private static final int MOST_PAGES = 12;

  private final String name;
  private final HttpClient http =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(20))
          .build();

  /** Whoever signs in under this name. */
  PersonAtBrowser(String name) {
    this.name = name;
  }

  /** Opens the page and agrees to everything; the last page's text. */
  String agree(String page) {
    return visit(page, Map.of());
  }

  /** Opens the page and says no where it can be said. */
  String refuse(String page) {
    return visit(page, Map.of("abort", "yes"));
  }

  private String visit(String page, Map<String, String> more) {
    try {
      HttpResponse<String> shown = send(HttpRequest.newBuilder(URI.create(page)).GET());
      for (int pages = 0; pages < MOST_PAGES; pages++) {
        Matcher form = FORM.matcher(shown.body());
        if (!form.find()) {
          return shown.body();
        }
        Map<String, String> fields = filled(shown.body().substring(form.end()));
        boolean last = fields.containsKey("confirm") && !more.isEmpty();
        if (last) {
          fields.putAll(more);
        }
        String body =
            fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        shown =
            send(
                HttpRequest.newBuilder(shown.uri().resolve(form.group(1).replace("&amp;", "&")))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
        if (last) {
          return shown.body();
        }
      }
      throw new AssertionError("still a form after " + MOST_PAGES + " pages: " + shown.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private Map<String, String> filled(String form) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher input = INPUT.matcher(form);
    while (input.find()) {
      Matcher named = NAME.matcher(input.group());
      Matcher valued = VALUE.matcher(input.group());
      if (named.find()) {
        String known =
            switch (named.group(1)) {
              case "login" -> name;
              case "password" -> "any";
              default -> valued.find() ? valued.group(1) : "";
            };
        fields.put(named.group(1), known);
      }
    }
    return fields;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
