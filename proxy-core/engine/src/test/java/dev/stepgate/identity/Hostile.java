package dev.stepgate.identity;

import static dev.stepgate.identity.Forge.KEY_ID;
import static dev.stepgate.identity.Forge.encode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Verification.Code;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One hostile change to a good token (or to the issuer's keys), and what it must be refused for.
 *
 * @param name the case
 * @param code the refusal
 * @param token makes the hostile token; may change what the issuer serves
 */
record Hostile(String name, Code code, BiFunction<Forge, Rig, String> token) {

  @Override
  public String toString() {
    return name;
  }

  /** All of them. */
  static List<Hostile> cases() {
    List<Hostile> all = new ArrayList<>();
    algorithms(all);
    headers(all);
    issuers(all);
    audiences(all);
    times(all);
    shapes(all);
    sizes(all);
    signatures(all);
    keys(all);
    return all;
  }

  private static void algorithms(List<Hostile> all) {
    all.add(text("none, without a signature", Code.ALGORITHM, "none", token -> parts(token) + "."));
    all.add(text("none, with the signature left", Code.ALGORITHM, "none", token -> token));
    all.add(text("NONE in capitals", Code.ALGORITHM, "NONE", token -> token));
    all.add(text("nOnE mixed", Code.ALGORITHM, "nOnE", token -> token));
    all.add(
        new Hostile(
            "HS256 keyed with the public key",
            Code.ALGORITHM,
            (forge, rig) -> hmac(forge, Forge.rsa(2048).getPublic().getEncoded())));
    all.add(
        new Hostile(
            "HS256 keyed with the key's JSON",
            Code.ALGORITHM,
            (forge, rig) ->
                hmac(
                    forge,
                    Forge.jwk(Forge.rsa(2048).getPublic(), KEY_ID)
                        .toString()
                        .getBytes(StandardCharsets.UTF_8))));
    all.add(text("rs256 in small letters", Code.ALGORITHM, "rs256", token -> token));
    all.add(text("an algorithm nobody knows", Code.ALGORITHM, "RS1", token -> token));
    all.add(header("no algorithm", Code.ALGORITHM, header -> header.remove("alg")));
    all.add(
        header("an algorithm that is a list", Code.ALGORITHM, h -> h.putArray("alg").add("RS256")));
    all.add(
        new Hostile(
            "ES256 with an RSA key's name",
            Code.ALGORITHM,
            (forge, rig) -> forge.with("ES256", Forge.ec("secp256r1")).token()));
    all.add(
        new Hostile(
            "EdDSA with an RSA key's name",
            Code.ALGORITHM,
            (forge, rig) -> forge.with("EdDSA", Forge.ed25519()).token()));
    all.add(
        new Hostile(
            "RS512 with a key that is for RS256",
            Code.ALGORITHM,
            (forge, rig) -> {
              rig.serveKeys(jwk().put("alg", "RS256"));
              return forge.with("RS512", Forge.rsa(2048)).token();
            }));
  }

  private static void headers(List<Hostile> all) {
    String evil = "https://evil.example/keys";
    all.add(header("a key URL (jku)", Code.HEADER, header -> header.put("jku", evil)));
    all.add(header("the issuer's own key URL (jku)", Code.HEADER, h -> h.put("jku", "https://ci")));
    all.add(header("a certificate URL (x5u)", Code.HEADER, header -> header.put("x5u", evil)));
    all.add(
        header("a certificate (x5c)", Code.HEADER, header -> header.putArray("x5c").add("MII")));
    all.add(
        new Hostile(
            "a key in the header (jwk) that signed it",
            Code.HEADER,
            (forge, rig) ->
                forge
                    .with("RS256", Forge.otherRsa())
                    .header(h -> h.set("jwk", Forge.jwk(Forge.otherRsa().getPublic(), KEY_ID)))
                    .token()));
    all.add(header("crit", Code.HEADER, header -> header.putArray("crit").add("exp")));
    all.add(header("an empty crit", Code.HEADER, header -> header.putArray("crit")));
    all.add(header("an unencoded payload (b64)", Code.HEADER, header -> header.put("b64", false)));
    all.add(header("a nested token (cty)", Code.HEADER, header -> header.put("cty", "JWT")));
    all.add(header("compression (zip)", Code.HEADER, header -> header.put("zip", "DEF")));
    all.add(header("encryption (enc)", Code.HEADER, header -> header.put("enc", "A128GCM")));
    all.add(
        new Hostile(
            "an encrypted token of five parts",
            Code.HEADER,
            (forge, rig) -> forge.token() + ".AAAA.AAAA"));
    all.add(
        header("the type of an access token", Code.TYPE, header -> header.put("typ", "at+jwt")));
    all.add(header("the type of a logout token", Code.TYPE, h -> h.put("typ", "logout+jwt")));
    all.add(header("a type that is a number", Code.TYPE, header -> header.put("typ", 1)));
    all.add(header("no kid", Code.UNKNOWN_KEY, header -> header.remove("kid")));
    all.add(header("an empty kid", Code.UNKNOWN_KEY, header -> header.put("kid", "")));
    all.add(header("a kid that is a number", Code.UNKNOWN_KEY, header -> header.put("kid", 1)));
    all.add(
        header("a kid that nobody has", Code.UNKNOWN_KEY, header -> header.put("kid", "key-2")));
    all.add(header("a kid that is a path", Code.UNKNOWN_KEY, h -> h.put("kid", "../../dev/null")));
    all.add(header("a kid that is a URL", Code.UNKNOWN_KEY, header -> header.put("kid", evil)));
    all.add(header("a kid with a space behind", Code.UNKNOWN_KEY, h -> h.put("kid", KEY_ID + " ")));
    all.add(
        header(
            "a kid that injects SQL", Code.UNKNOWN_KEY, h -> h.put("kid", "x' UNION SELECT 'k")));
  }

  private static void issuers(List<Hostile> all) {
    all.add(issuer("another issuer", url -> "https://evil.example"));
    all.add(issuer("a path behind the issuer", url -> url + "/evil"));
    all.add(issuer("a host that begins with the issuer's", url -> url + ".evil.example"));
    all.add(issuer("a slash behind the issuer", url -> url + "/"));
    all.add(issuer("the issuer as user of another host", url -> url + "@evil.example"));
    all.add(issuer("the issuer in capitals", url -> url.replace("https", "HTTPS")));
    all.add(issuer("the issuer without TLS", url -> url.replace("https:", "http:")));
    all.add(issuer("the issuer with a blank before", url -> " " + url));
    all.add(issuer("the issuer with a zero byte behind", url -> url + "\u0000"));
    all.add(issuer("the issuer with dots in its path", url -> url + "/x/.."));
    all.add(issuer("the issuer cut short", url -> url.substring(0, url.length() - 1)));
    all.add(issuer("the issuer with a letter that looks alike", url -> url.replace('c', '\u0441')));
    all.add(claims("no issuer", Code.MISSING_CLAIM, claims -> claims.remove("iss")));
    all.add(claims("an issuer that is null", Code.MISSING_CLAIM, claims -> claims.putNull("iss")));
    all.add(
        new Hostile(
            "a list of issuers",
            Code.MALFORMED,
            (forge, rig) -> forge.claims(c -> c.putArray("iss").add(rig.issuer.url())).token()));
  }

  private static void audiences(List<Hostile> all) {
    all.add(claims("another audience", Code.AUDIENCE, claims -> claims.put("aud", "vault")));
    all.add(
        claims("an audience that begins alike", Code.AUDIENCE, c -> c.put("aud", "stepgate-2")));
    all.add(claims("the audience in capitals", Code.AUDIENCE, c -> c.put("aud", "Stepgate")));
    all.add(claims("no audience", Code.MISSING_CLAIM, claims -> claims.remove("aud")));
    all.add(claims("an empty list of audiences", Code.MISSING_CLAIM, c -> c.putArray("aud")));
    all.add(
        claims(
            "an audience beside ours",
            Code.AUDIENCE,
            claims -> claims.putArray("aud").add("stepgate").add("vault")));
    all.add(claims("an audience that is a number", Code.MALFORMED, c -> c.put("aud", 1)));
    all.add(
        claims(
            "too many audiences",
            Code.TOO_LARGE,
            claims -> {
              for (int i = 0; i <= ClaimCheck.MAX_AUDIENCES; i++) {
                claims.withArray("aud_").add("stepgate");
              }
              claims.set("aud", claims.remove("aud_"));
            }));
  }

  private static void times(List<Hostile> all) {
    long now = Rig.NOW.getEpochSecond();
    long skew = Issuer.DEFAULT_SKEW.toSeconds();
    all.add(claims("expired", Code.EXPIRED, c -> c.put("iat", now - 900).put("exp", now - 600)));
    all.add(
        claims(
            "expired by a second more than the skew",
            Code.EXPIRED,
            c -> c.put("iat", now - 600).put("exp", now - skew)));
    all.add(claims("no expiry", Code.MISSING_CLAIM, claims -> claims.remove("exp")));
    all.add(claims("an expiry that is null", Code.MISSING_CLAIM, claims -> claims.putNull("exp")));
    all.add(claims("an expiry in text", Code.MALFORMED, c -> c.put("exp", "" + (now + 60))));
    all.add(claims("an expiry with a fraction", Code.MALFORMED, c -> c.put("exp", now + 60.5)));
    all.add(claims("an expiry below zero", Code.MALFORMED, claims -> claims.put("exp", -1)));
    all.add(claims("an expiry past all calendars", Code.MALFORMED, c -> c.put("exp", 1L << 60)));
    all.add(claims("good from the future on", Code.NOT_YET, c -> c.put("nbf", now + skew + 1)));
    all.add(claims("a start in text", Code.MALFORMED, claims -> claims.put("nbf", "0")));
    all.add(claims("issued in the future", Code.NOT_YET, c -> c.put("iat", now + skew + 1)));
    all.add(claims("no time of issue", Code.MISSING_CLAIM, claims -> claims.remove("iat")));
    all.add(
        claims(
            "good for too long",
            Code.LIFETIME,
            c -> c.put("exp", now + Issuer.MAX_LIFETIME.toSeconds())));
    all.add(
        claims(
            "expires when it was issued", Code.LIFETIME, c -> c.put("iat", now).put("exp", now)));
  }

  private static void shapes(List<Hostile> all) {
    all.add(
        raw(
            "a claim twice",
            (header, claims) -> claims.replaceFirst("\\{", "{\"aud\":\"stepgate\",")));
    all.add(
        new Hostile(
            "a header twice",
            Code.MALFORMED,
            (forge, rig) ->
                forge.token(
                    forge.header.toString().replaceFirst("\\{", "{\"alg\":\"RS256\","),
                    forge.claims.toString())));
    all.add(
        raw(
            "a claim twice, once in escapes",
            (header, claims) -> claims.replaceFirst("\\{", "{\"\\\\u0061ud\":\"stepgate\",")));
    all.add(
        raw(
            "a member twice deep inside",
            (header, claims) -> claims.replaceFirst("\\{", "{\"x\":{\"a\":1,\"a\":2},")));
    all.add(raw("claims that are a list", (header, claims) -> "[" + claims + "]"));
    all.add(raw("claims that are no JSON", (header, claims) -> "iss=me"));
    all.add(raw("no claims at all", (header, claims) -> ""));
    all.add(raw("more behind the claims", (header, claims) -> claims + "{}"));
    all.add(raw("a comment in the claims", (header, claims) -> "/* */" + claims));
    all.add(raw("a byte order mark before the claims", (header, claims) -> "\ufeff" + claims));
    all.add(raw("claims nested too deep", (h, claims) -> "{\"x\":" + "[".repeat(2000)));
    all.add(
        new Hostile(
            "claims that are not UTF-8",
            Code.MALFORMED,
            (forge, rig) -> {
              String signed = encode(forge.header.toString()) + "." + encode(latin(forge.claims));
              return signed + "." + encode(forge.sign(signed));
            }));
    all.add(
        new Hostile(
            "claims in UTF-16",
            Code.MALFORMED,
            (forge, rig) -> {
              byte[] wide = forge.claims.toString().getBytes(StandardCharsets.UTF_16BE);
              String signed = encode(forge.header.toString()) + "." + encode(wide);
              return signed + "." + encode(forge.sign(signed));
            }));
    all.add(whole("two parts", Code.MALFORMED, Hostile::parts));
    all.add(whole("four parts", Code.MALFORMED, token -> token + ".AAAA"));
    all.add(whole("no part", Code.MALFORMED, token -> ""));
    all.add(whole("a line feed behind", Code.MALFORMED, token -> token + "\n"));
    all.add(whole("a blank before", Code.MALFORMED, token -> " " + token));
    all.add(whole("padding behind", Code.MALFORMED, token -> token + "=="));
    all.add(whole("the other base64 alphabet", Code.MALFORMED, token -> "+/" + token));
    all.add(claims("a subject that is missing", Code.MISSING_CLAIM, c -> c.remove("sub")));
    all.add(claims("a subject that is empty", Code.MISSING_CLAIM, c -> c.put("sub", "")));
    all.add(claims("a subject that is a list", Code.MALFORMED, c -> c.putArray("sub").add("x")));
    all.add(
        claims(
            "an identifier of the token that is a number", Code.MALFORMED, c -> c.put("jti", 17)));
    all.add(
        raw(
            "half a character in a claim",
            (header, claims) -> claims.replaceFirst("\"sub\":\"", "\"sub\":\"\\\\ud800")));
  }

  private static void sizes(List<Hostile> all) {
    all.add(
        claims("a huge token", Code.TOO_LARGE, c -> c.put("x", "a".repeat(Token.MAX_TOKEN_CHARS))));
    all.add(
        claims("a payload over its limit", Code.TOO_LARGE, c -> c.put("x", "a".repeat(12 << 10))));
    all.add(
        header(
            "a header over its limit",
            Code.TOO_LARGE,
            h -> h.put("x", "a".repeat(Token.MAX_HEADER_BYTES))));
    all.add(
        header(
            "a kid over its limit",
            Code.TOO_LARGE,
            h -> h.put("kid", "k".repeat(Token.MAX_KEY_ID_CHARS + 1))));
    all.add(
        claims(
            "too many claims",
            Code.TOO_LARGE,
            c -> {
              for (int i = 0; i < Token.MAX_CLAIMS; i++) {
                c.put("c" + i, i);
              }
            }));
    all.add(
        claims("a subject over its limit", Code.TOO_LARGE, c -> c.put("sub", "s".repeat(1025))));
    all.add(claims("a jti over its limit", Code.TOO_LARGE, c -> c.put("jti", "j".repeat(1025))));
    all.add(
        whole(
            "a signature over its limit", Code.TOO_LARGE, t -> parts(t) + "." + "A".repeat(1400)));
  }

  private static void signatures(List<Hostile> all) {
    all.add(
        new Hostile(
            "signed by another key under the issuer's name for it",
            Code.SIGNATURE,
            (forge, rig) -> forge.with("RS256", Forge.otherRsa()).token()));
    all.add(whole("no signature", Code.SIGNATURE, token -> parts(token) + "."));
    all.add(whole("a signature of zeros", Code.SIGNATURE, t -> parts(t) + "." + "A".repeat(342)));
    all.add(
        new Hostile(
            "the signature of another token",
            Code.SIGNATURE,
            (forge, rig) -> {
              String other = rig.provider.forge().claims(c -> c.put("x", 1)).token();
              return parts(forge.token()) + other.substring(other.lastIndexOf('.'));
            }));
    all.add(
        new Hostile(
            "the claims of another token",
            Code.SIGNATURE,
            (forge, rig) -> {
              String[] good = forge.token().split("\\.");
              return good[0]
                  + "."
                  + encode(forge.claims(c -> c.put("x", 1)).claims.toString())
                  + "."
                  + good[2];
            }));
    all.add(
        new Hostile(
            "a signature cut short",
            Code.SIGNATURE,
            (forge, rig) -> {
              String token = forge.token();
              return token.substring(0, token.length() - 4 * 8 - 2);
            }));
  }

  private static void keys(List<Hostile> all) {
    all.add(
        served(
            "a key of 1024 bits",
            Code.UNFIT_KEY,
            Forge.rsa(1024),
            Forge.jwk(Forge.rsa(1024).getPublic(), KEY_ID)));
    all.add(
        served(
            "a key with the exponent 3",
            Code.UNFIT_KEY,
            Forge.rsaExponent3(),
            Forge.jwk(Forge.rsaExponent3().getPublic(), KEY_ID)));
    all.add(key("a key for encryption", Code.UNFIT_KEY, jwk().put("use", "enc")));
    ObjectNode wraps = jwk();
    wraps.putArray("key_ops").add("wrapKey");
    all.add(key("a key that may not verify", Code.UNFIT_KEY, wraps));
    all.add(key("a key that is for RS512", Code.ALGORITHM, jwk().put("alg", "RS512")));
    all.add(
        key(
            "a symmetric key under the name",
            Code.ALGORITHM,
            Forge.JSON.createObjectNode().put("kty", "oct").put("kid", KEY_ID).put("k", "AAAA")));
    all.add(key("a key without a modulus", Code.UNFIT_KEY, without("n")));
    all.add(key("a key without an exponent", Code.UNFIT_KEY, without("e")));
    all.add(key("a key of another name", Code.UNKNOWN_KEY, jwk().put("kid", "key-9")));
    all.add(
        new Hostile(
            "two keys of one name",
            Code.ISSUER_UNAVAILABLE,
            (forge, rig) -> {
              rig.serveKeys(jwk(), Forge.jwk(Forge.otherRsa().getPublic(), KEY_ID));
              return forge.token();
            }));
    all.add(
        new Hostile(
            "too many keys",
            Code.ISSUER_UNAVAILABLE,
            (forge, rig) -> {
              ObjectNode[] many = new ObjectNode[Keys.MAX_KEYS + 1];
              for (int i = 0; i < many.length; i++) {
                many[i] = jwk().put("kid", i == 0 ? KEY_ID : "k" + i);
              }
              rig.serveKeys(many);
              return forge.token();
            }));
  }

  // How a change is made.

  private static Hostile header(String name, Code code, Consumer<ObjectNode> change) {
    return new Hostile(name, code, (forge, rig) -> forge.header(change).token());
  }

  private static Hostile claims(String name, Code code, Consumer<ObjectNode> change) {
    return new Hostile(name, code, (forge, rig) -> forge.claims(change).token());
  }

  private static Hostile text(
      String name, Code code, String algorithm, UnaryOperator<String> change) {
    return new Hostile(
        name,
        code,
        (forge, rig) -> change.apply(forge.header(h -> h.put("alg", algorithm)).token()));
  }

  private static Hostile whole(String name, Code code, UnaryOperator<String> change) {
    return new Hostile(name, code, (forge, rig) -> change.apply(forge.token()));
  }

  private static Hostile raw(String name, BiFunction<String, String, String> change) {
    return new Hostile(
        name,
        Code.MALFORMED,
        (forge, rig) -> {
          String header = forge.header.toString();
          return forge.token(header, change.apply(header, forge.claims.toString()));
        });
  }

  private static Hostile issuer(String name, UnaryOperator<String> change) {
    return new Hostile(
        name,
        Code.ISSUER,
        (forge, rig) -> forge.claims(c -> c.put("iss", change.apply(rig.issuer.url()))).token());
  }

  private static Hostile key(String name, Code code, ObjectNode key) {
    return served(name, code, Forge.rsa(2048), key);
  }

  private static Hostile served(String name, Code code, KeyPair pair, ObjectNode key) {
    return new Hostile(
        name,
        code,
        (forge, rig) -> {
          rig.serveKeys(key);
          return forge.with("RS256", pair).token();
        });
  }

  private static ObjectNode jwk() {
    return Forge.jwk(Forge.rsa(2048).getPublic(), KEY_ID);
  }

  private static ObjectNode without(String member) {
    ObjectNode key = jwk();
    key.remove(member);
    return key;
  }

  private static String parts(String token) {
    return token.substring(0, token.lastIndexOf('.'));
  }

  private static byte[] latin(ObjectNode claims) {
    return claims.put("x", "é").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String hmac(Forge forge, byte[] secret) {
    try {
      String signed =
          encode(forge.header(h -> h.put("alg", "HS256")).header.toString())
              + "."
              + encode(forge.claims.toString());
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
