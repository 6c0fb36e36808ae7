package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The keys that an issuer published (RFC 7517), by {@code kid}. Members of a key that could point
 * elsewhere ({@code x5u}, {@code x5c}) are not read.
 */
final class Keys {

  /** The longest key set, and the longest discovery document. */
  static final int MAX_DOCUMENT_BYTES = 256 << 10;

  /** The most keys in a set. */
  static final int MAX_KEYS = 64;

  /** The shortest RSA key (RFC 7518 section 3.3). */
  static final int MIN_RSA_BITS = 2048;

  /** The longest RSA key; longer ones cost time to no use. */
  static final int MAX_RSA_BITS = 8192;

  private final Map<String, ObjectNode> byId;

  private Keys(Map<String, ObjectNode> byId) {
    this.byId = byId;
  }

  /**
   * Reads a key set. Keys of no name are left out; two of one name make the whole set unfit, since
   * nobody could say which is meant.
   *
   * @throws DocumentException with a sentence about what is wrong
   */
  static Keys parse(byte[] document) throws DocumentException {
    JsonNode list = Discovery.object("key set", document).get("keys");
    if (list == null || !list.isArray()) {
      throw new DocumentException("the key set has no list \"keys\"");
    }
    if (list.size() > MAX_KEYS) {
      throw new DocumentException(
          "the key set has " + list.size() + " keys, the limit is " + MAX_KEYS);
    }
    Map<String, ObjectNode> byId = new HashMap<>();
    for (Iterator<JsonNode> keys = list.elements(); keys.hasNext(); ) {
      JsonNode key = keys.next();
      JsonNode id = key.get("kid");
      if (!key.isObject() || id == null || !id.isTextual()) {
        continue;
      }
      if (byId.put(id.textValue(), (ObjectNode) key) != null) {
        throw new DocumentException(
            "the key set has two keys of the name " + No.shown(id.textValue()));
      }
    }
    return new Keys(byId);
  }

  boolean has(String keyId) {
    return byId.containsKey(keyId);
  }

  int size() {
    return byId.size();
  }

  /** Checks the signature of {@code token} with the key that it names. */
  void check(Token token) throws No {
    ObjectNode key = byId.get(token.keyId());
    if (key == null) {
      throw new No(Code.UNKNOWN_KEY, "the issuer has no key " + No.shown(token.keyId()));
    }
    Signatures.check(token, key);
  }
}
