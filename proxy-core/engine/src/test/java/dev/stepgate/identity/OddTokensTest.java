package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.identity.Verification.Code;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers as JSON may write them, and what elliptic curves allow. */
class OddTokensTest {

  private static final int P256_BYTES = 32;

  static Stream<Arguments> members() {
    return Stream.of(
        Arguments.of("\"exp\":1e400", Code.MALFORMED),
        Arguments.of("\"exp\":1.632497167e9", Code.MALFORMED),
        Arguments.of("\"exp\":1632497167.0", Code.MALFORMED),
        Arguments.of("\"exp\":-0", Code.EXPIRED),
        Arguments.of("\"exp\":0", Code.EXPIRED),
        Arguments.of("\"exp\":9223372036854775808", Code.MALFORMED),
        Arguments.of("\"exp\":" + "9".repeat(400), Code.MALFORMED),
        Arguments.of("\"exp\":01632497167", Code.MALFORMED),
        Arguments.of("\"exp\":0x61517d8f", Code.MALFORMED),
        Arguments.of("\"exp\":NaN", Code.MALFORMED),
        Arguments.of("\"exp\":Infinity", Code.MALFORMED),
        Arguments.of("\"exp\":true", Code.MALFORMED),
        Arguments.of("\"exp\":[1632497167]", Code.MALFORMED),
        Arguments.of("\"nbf\":1e400", Code.MALFORMED),
        Arguments.of("\"iat\":-1", Code.MALFORMED),
        Arguments.of("\"aud\":[[\"stepgate\"]]", Code.MALFORMED),
        Arguments.of("\"aud\":{\"stepgate\":1}", Code.MALFORMED),
        Arguments.of("\"aud\":[\"stepgate\",null]", Code.MALFORMED),
        Arguments.of("\"run_id\":1.5", Code.MALFORMED),
        Arguments.of("\"run_id\":[\"1\"]", Code.MALFORMED),
        Arguments.of("\"repository\":{\"a\":\"acme/orders\"}", Code.MALFORMED),
        Arguments.of("\"ref_protected\":[true]", Code.MALFORMED));
  }

  @ParameterizedTest
  @MethodSource("members")
  void a_claim_of_another_shape_is_refused(String member, Code code) {
    String name = member.substring(1, member.indexOf('"', 1));
    Rig rig = new Rig(Provider.GITHUB);
    Forge forge = Provider.GITHUB.forge().claims(claims -> claims.remove(name));
    String claims = forge.claims.toString().replaceFirst("\\{", "{" + member + ",");

    assertThat(rig.refuses(forge.token(forge.header.toString(), claims)).code()).isEqualTo(code);
  }

  @Test
  void the_other_signature_that_the_curve_allows_makes_no_other_token() {
    // given two signatures of one token: (r, s) and (r, n - s)
    KeyPair pair = Forge.ec("secp256r1");
    Rig rig = jenkins(pair);
    String token = forge(pair).token();
    byte[] signature = signature(token);
    BigInteger order = ((ECPublicKey) pair.getPublic()).getParams().getOrder();
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, P256_BYTES, 2 * P256_BYTES));
    byte[] other = signature.clone();
    byte[] flipped = order.subtract(s).toByteArray();
    Arrays.fill(other, P256_BYTES, other.length, (byte) 0);
    int length = Math.min(flipped.length, P256_BYTES);
    System.arraycopy(flipped, flipped.length - length, other, other.length - length, length);

    // then it is the same token to the store of presented ones, though it has no jti
    assertThat(other).isNotEqualTo(signature);
    assertThat(rig.accepts(with(token, other)).token()).isEqualTo(rig.accepts(token).token());
  }

  @Test
  void signatures_of_zeros_of_other_forms_and_lengths_are_refused() throws Exception {
    KeyPair pair = Forge.ec("secp256r1");
    Rig rig = jenkins(pair);
    String token = forge(pair).token();
    Signature der = Signature.getInstance("SHA256withECDSA");
    der.initSign(pair.getPrivate());
    der.update(token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
    byte[] order = new byte[2 * P256_BYTES];
    byte[] n = ((ECPublicKey) pair.getPublic()).getParams().getOrder().toByteArray();
    System.arraycopy(n, n.length - P256_BYTES, order, 0, P256_BYTES);
    System.arraycopy(n, n.length - P256_BYTES, order, P256_BYTES, P256_BYTES);

    for (byte[] signature :
        new byte[][] {
          new byte[2 * P256_BYTES],
          order,
          der.sign(),
          new byte[0],
          new byte[96],
          Arrays.copyOf(signature(token), 2 * P256_BYTES + 1)
        }) {
      assertThat(rig.refuses(with(token, signature)).code()).isIn(Code.SIGNATURE, Code.UNFIT_KEY);
    }
  }

  @Test
  void a_key_on_another_curve_than_the_algorithms_is_refused() {
    Rig rig = jenkins(Forge.ec("secp384r1"));

    assertThat(rig.refuses(forge(Forge.ec("secp256r1")).token()).code()).isEqualTo(Code.ALGORITHM);
  }

  private static Rig jenkins(KeyPair published) {
    Rig rig = new Rig(Provider.JENKINS);
    rig.serveKeys(Forge.jwk(published.getPublic(), Forge.KEY_ID));
    return rig;
  }

  private static Forge forge(KeyPair pair) {
    return Provider.JENKINS.forge().with("ES256", pair);
  }

  private static byte[] signature(String token) {
    return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
  }

  private static String with(String token, byte[] signature) {
    return token.substring(0, token.lastIndexOf('.') + 1) + Forge.encode(signature);
  }
}
