package dev.stepgate.gateway.demo;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Looks for a secret in text, in the forms in which it could have been written down. */
final class SecretSearch {

  private final List<String> forms;

  SecretSearch(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    this.forms =
        List.of(
            secret,
            URLEncoder.encode(secret, StandardCharsets.UTF_8),
            HexFormat.of().formatHex(bytes),
            HexFormat.of().withUpperCase().formatHex(bytes),
            base64(bytes, 0),
            base64(bytes, 1),
            base64(bytes, 2));
  }

  // The middle of the secret's base64 in each of the three ways in which it can lie in the groups
  // of
  // a longer text; the ends depend on what stands around it.
  private static String base64(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int from = before == 0 ? 0 : 4;
    return text.substring(from, text.length() - 4);
  }

  /** The first form that the text holds. */
  Optional<String> findIn(String text) {
    return forms.stream().filter(text::contains).findFirst();
  }
}
