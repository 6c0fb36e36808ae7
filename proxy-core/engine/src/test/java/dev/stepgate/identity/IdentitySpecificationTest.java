package dev.stepgate.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stepgate.identity.Preset.Source;
import dev.stepgate.identity.Verification.Verified;
import dev.stepgate.session.Identity.Shaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/specs/identity.md} says is what the code does. */
class IdentitySpecificationTest {

  private static final Path SPECIFICATION = Path.of("../../docs/specs/identity.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Map<String, Preset> PRESETS =
      Map.of("github", Preset.github(), "gitlab", Preset.gitlab(), "jenkins", Preset.jenkins());

  private static String text;

  @BeforeAll
  static void read() throws IOException {
    text = Files.readString(SPECIFICATION);
  }

  @Test
  void the_example_is_a_token_and_becomes_what_the_page_says() throws IOException {
    String[] example = between("```json\n", "```").split("\n", 2);
    Forge forge = new Forge((ObjectNode) Forge.JSON.readTree(example[1]));
    String kid = Forge.JSON.readTree(example[0]).get("kid").textValue();
    Rig rig = new Rig(Provider.GITHUB);
    rig.serveKeys(Forge.jwk(Forge.rsa(2048).getPublic(), kid));

    Verified verified = rig.accepts(forge.header(h -> h.put("kid", kid)).token());

    assertThat(text).contains("`" + verified.identity().display() + "`");
    assertThat(text)
        .contains(
            "run `%s`, attempt `%s`, job `%s`"
                .formatted(
                    verified.identity().claim("run").orElseThrow(),
                    verified.identity().claim("attempt").orElseThrow(),
                    verified.identity().claim("job").orElseThrow()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"github", "gitlab", "jenkins"})
  void the_table_of_a_preset_is_the_preset(String name) {
    Preset preset = PRESETS.get(name);
    String section = between("### " + name + "\n", "\n##");
    Map<String, Shaper> told = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    for (String line : section.split("\n")) {
      String[] cells = line.split("\\|");
      if (cells.length == 4 && cells[1].contains("`")) {
        for (String here : codes(cells[1])) {
          told.put(here, cells[3].strip().startsWith("yes") ? Shaper.AUTHOR : Shaper.ISSUER);
          if (cells[3].contains("anchors")) {
            anchors.add(here);
          }
        }
      }
    }
    Map<String, Shaper> done = new HashMap<>();
    preset.claims().forEach((here, source) -> done.put(here, source.shapedBy()));

    assertThat(told).isEqualTo(done);
    assertThat(anchors).isEqualTo(preset.anchors());
    assertThat(section.replaceAll("\\s+", " "))
        .contains("Required: `" + String.join(" ", preset.required()) + "`");
    assertThat(codes(section))
        .containsAll(
            preset.claims().entrySet().stream()
                .filter(claim -> !claim.getKey().equals(claim.getValue().claim()))
                .map(Map.Entry::getValue)
                .map(Source::claim)
                .toList());
  }

  @Test
  void the_limits_are_those_of_the_code() {
    assertThat(text)
        .contains("at most " + Token.MAX_TOKEN_CHARS / 1024 + " KiB; header at most")
        .contains(Token.MAX_HEADER_BYTES / 1024 + " KiB, payload")
        .contains("payload " + Token.MAX_CLAIMS_BYTES / 1024 + " KiB")
        .contains("signature " + Token.MAX_SIGNATURE_BYTES / 1024 + " KiB")
        .contains("at most " + Token.MAX_CLAIMS + " claims")
        .contains("at most " + Token.MAX_KEY_ID_CHARS + " characters")
        .contains("at most " + ClaimCheck.MAX_TEXT_CHARS + " characters")
        .contains(Keys.MIN_RSA_BITS + " to " + Keys.MAX_RSA_BITS + " bits")
        .contains("at most " + Keys.MAX_DOCUMENT_BYTES / 1024 + " KiB each")
        .contains("at most " + Keys.MAX_KEYS + " keys")
        .contains(OidcVerifier.FETCH_WITHIN.toSeconds() + " s for both together")
        .contains("a verification takes " + IdentityVerifier.DEADLINE.toSeconds() + " s at most")
        .contains("younger than " + KeyCache.REFRESH_AFTER.toMinutes() + " min")
        .contains("not within " + KeyCache.LOOK_AGAIN_AFTER.toSeconds() + " s of the last fetch")
        .contains("`keys_good_for` (" + Issuer.DEFAULT_KEYS_GOOD_FOR.toHours() + " h)")
        .contains("the skew (" + Issuer.DEFAULT_SKEW.toSeconds() + " s, at most ")
        .contains("At most " + String.format("%,d", ReplayFile.MAX_TOKENS) + " tokens")
        .contains(ReplayFile.MAX_TOKENS_OF_A_JOB + " of one job");
  }

  @Test
  void the_headers_that_no_token_may_have_are_those_that_are_refused() {
    for (String header : between("has none of `", "`").split(" ")) {
      Rig rig = new Rig(Provider.GITHUB);
      assertThat(
              rig.refuses(Provider.GITHUB.forge().header(h -> h.put(header, "x")).token()).code())
          .as(header)
          .isEqualTo(Verification.Code.HEADER);
    }
  }

  private static List<String> codes(String cell) {
    List<String> found = new ArrayList<>();
    Matcher code = CODE.matcher(cell);
    while (code.find()) {
      found.add(code.group(1));
    }
    return found;
  }

  private static String between(String before, String after) {
    int from = text.indexOf(before) + before.length();
    return text.substring(from, text.indexOf(after, from));
  }
}
