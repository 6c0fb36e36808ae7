package dev.stepgate.session;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who a session is for, and what proves it.
 *
 * @param identity who, by claims that somebody else than the job vouches for
 * @param proof whose word that is
 */
public record Bearer(Identity identity, Proof proof) {

  /** Most bytes that all verified claims take as ASCII JSON, so that an opening record can hold. */
  public static final int MAX_BYTES = 8 << 10;

  private static final int QUOTES_AND_SIGNS = 6;
  private static final int UNICODE_ESCAPE = 6;

  /** Refuses an identity that no opening record could hold. */
  public Bearer {
    int bytes = bytes(verified(identity));
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the verified claims take " + bytes + " bytes, at most " + MAX_BYTES + " are recorded");
    }
  }

  /** An operating-system user of this machine, by the kernel's word. */
  public static Bearer user(String name, int uid) {
    return new Bearer(Identity.local(name, uid), Proof.USER);
  }

  /** Every verified claim, by name; what the opening records carry. */
  public SortedMap<String, String> verified() {
    return verified(identity);
  }

  /** The names of those claims whose values the pipeline's author can choose. */
  public List<String> shaped() {
    return identity.claims().entrySet().stream()
        .filter(claim -> claim.getValue().shapedBy() == Identity.Shaper.AUTHOR)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static SortedMap<String, String> verified(Identity identity) {
    SortedMap<String, String> verified = new TreeMap<>();
    identity.claims().forEach((name, claim) -> verified.put(name, claim.value()));
    if (!identity.issuerUrl().isEmpty()) {
      verified.put("issuer_url", identity.issuerUrl());
    }
    return verified;
  }

  /** How long these are as JSON in ASCII. */
  public static int bytes(Map<String, String> texts) {
    int bytes = 2;
    for (Map.Entry<String, String> text : texts.entrySet()) {
      bytes += QUOTES_AND_SIGNS + bytes(text.getKey()) + bytes(text.getValue());
    }
    return bytes;
  }

  private static int bytes(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c <= '~';
      bytes += !plain ? UNICODE_ESCAPE : c == '"' || c == '\\' ? 2 : 1;
    }
    return bytes;
  }
}
