package dev.stepgate.audit.note;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stepgate.audit.tree.Hash;
import dev.stepgate.audit.tree.MalformedException;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {

  /** The example of C2SP signed-note. */
  private static final String EXAMPLE =
      "This is an example message.\n\n— example.com/foo"
          + " Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

  private static final String EXAMPLE_KEY =
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

  /** The example of Go's golang.org/x/mod/sumdb/note. */
  private static final String GO_KEY =
      "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

  private static final String GO_TEXT =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.
      """;

  private static final String GO_NOTE =
      GO_TEXT
          + "\n— PeterNeumann"
          + " x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

  private final SigningKey key = SigningKey.generate("stepgate/test", new SecureRandom());

  @Test
  void the_specifications_example_verifies() {
    Note note = Note.parse(EXAMPLE.getBytes(UTF_8));
    assertThat(note.text()).isEqualTo("This is an example message.\n");
    assertThat(note.signedBy(VerifierKey.parse(EXAMPLE_KEY))).isTrue();
    assertThat(note.encode()).isEqualTo(EXAMPLE.getBytes(UTF_8));
  }

  @Test
  void the_example_of_gos_note_package_is_signed_bit_for_bit() {
    SigningKey signer = SigningKey.parse(GO_KEY);
    assertThat(signer.verifier().text())
        .isEqualTo("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    assertThat(Note.sign(GO_TEXT, signer).encode()).isEqualTo(GO_NOTE.getBytes(UTF_8));
    assertThat(signer.secretText()).isEqualTo(GO_KEY);
  }

  @Test
  void signatures_of_other_keys_are_passed_over_and_a_wrong_one_of_this_key_spoils_the_note() {
    Note note = Note.sign("text\n", key);
    SigningKey other = SigningKey.generate("witness.example/w", new SecureRandom());
    Note.Signed own = note.signatures().get(0);
    Note.Signed witness = Note.sign("text\n", other).signatures().get(0);
    Note.Signed wrong = Note.sign("another text\n", key).signatures().get(0);
    assertThat(new Note("text\n", List.of(witness, own)).signedBy(key.verifier())).isTrue();
    assertThat(new Note("text\n", List.of(witness)).signedBy(key.verifier())).isFalse();
    assertThat(new Note("text\n", List.of(own, wrong)).signedBy(key.verifier())).isFalse();
    assertThat(new Note("text!\n", List.of(own)).signedBy(key.verifier())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAA=",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n—  name AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAAAAA\n",
        "text\n\n— name AAAAAB==\n",
        "text\n\n— name AAAA\n",
        "te\txt\n\n— name AAAAAAA=\n"
      })
  void what_is_no_note_is_refused(String text) {
    assertThatThrownBy(() -> Note.parse(text.getBytes(UTF_8)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void the_limits_of_a_note_are_named() {
    assertThatThrownBy(() -> Note.parse(new byte[Note.MAX_BYTES + 1]))
        .hasMessageContaining("16384")
        .hasMessageContaining("16385");
    String line = "— name AAAAAAA=\n";
    assertThat(Note.parse(("text\n\n" + line.repeat(16)).getBytes(UTF_8)).signatures()).hasSize(16);
    assertThatThrownBy(() -> Note.parse(("text\n\n" + line.repeat(17)).getBytes(UTF_8)))
        .hasMessageContaining("16")
        .hasMessageContaining("17");
  }

  @Test
  void the_checkpoint_of_the_specification_is_read() {
    Checkpoint checkpoint =
        Checkpoint.parse(
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    assertThat(checkpoint.origin()).isEqualTo("example.com/behind-the-sofa");
    assertThat(checkpoint.size()).isEqualTo(20_852_163);
    assertThat(checkpoint.root().base64())
        .isEqualTo("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stepgate/test\n1\n",
        "stepgate/test\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "stepgate/test\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "stepgate/test\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "stepgate/test\n9007199254740992\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "stepgate/test\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        "stepgate/test\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
        "stepgate/test\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n",
        "step gate\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
      })
  void what_is_no_checkpoint_is_refused(String text) {
    assertThatThrownBy(() -> Checkpoint.parse(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void a_checkpoint_opens_under_the_key_of_its_log_only() {
    byte[] note = new Checkpoint("stepgate/test", 7, Hash.of(new byte[32])).sign(key).encode();
    assertThat(Checkpoint.open(note, key.verifier()).size()).isEqualTo(7);
    SigningKey same = SigningKey.generate("stepgate/test", new SecureRandom());
    assertThatThrownBy(() -> Checkpoint.open(note, same.verifier()))
        .hasMessageContaining("is not signed by");
    SigningKey other = SigningKey.generate("stepgate/other", new SecureRandom());
    assertThatThrownBy(() -> Checkpoint.open(note, other.verifier()))
        .hasMessageContaining("stepgate/other");
  }

  @Test
  void a_key_with_the_wrong_id_is_refused_and_a_signing_key_is_never_repeated() {
    String text = key.verifier().text();
    String id = text.split("\\+")[1];
    String wrong = text.replace("+" + id + "+", "+00000000+");
    assertThatThrownBy(() -> VerifierKey.parse(wrong)).hasMessageContaining(id);
    String secret = key.secretText();
    // PRIVATE+KEY+name+id+base64, where base64 may hold a '+' of its own
    String seed = secret.split("\\+", 5)[4];
    assertThatThrownBy(() -> SigningKey.parse(secret.replace(id, "00000000")))
        .isInstanceOf(MalformedException.class)
        .hasMessageNotContaining(seed);
    assertThat(key.toString()).doesNotContain(seed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ci east", "ci+east", "ci\neast", "café"})
  void a_gateway_name_that_cannot_be_an_origin_is_refused(String name) {
    assertThatThrownBy(() -> Origin.of(name)).isInstanceOf(MalformedException.class);
  }

  @Test
  void an_origin_has_a_longest_form() {
    assertThat(Origin.of("a".repeat(119))).hasSize(128);
    assertThatThrownBy(() -> Origin.of("a".repeat(120))).hasMessageContaining("128");
  }
}
