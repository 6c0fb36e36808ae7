package dev.stepgate.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimsTest {

  @Test
  void only_variables_that_describe_the_job_are_claimed() {
    Map<String, String> claims =
        Claims.from(
            Map.of(
                "GITHUB_REPOSITORY", "acme/orders",
                "GITHUB_TOKEN", "ghs_secret",
                "CI_JOB_TOKEN", "secret",
                "CI_REPOSITORY_URL", "https://gitlab-ci-token:secret@example.com/x.git",
                "MY_SECRET", "secret",
                "BUILD_NUMBER", "17"));

    assertThat(claims)
        .containsOnly(
            Map.entry("GITHUB_REPOSITORY", "acme/orders"), Map.entry("BUILD_NUMBER", "17"));
  }

  @Test
  void a_long_value_is_cut_between_characters() {
    Map<String, String> claims = Claims.from(Map.of("JOB_NAME", "é😀".repeat(200)));

    byte[] kept = claims.get("JOB_NAME").getBytes(StandardCharsets.UTF_8);
    assertThat(kept.length).isLessThanOrEqualTo(Claims.MAX_VALUE_BYTES);
    assertThat(claims.get("JOB_NAME")).startsWith("é😀é😀").endsWith("…").doesNotContain("?");
  }

  @Test
  void the_list_fits_its_own_bound() {
    Map<String, String> all = new HashMap<>();
    Claims.KNOWN.forEach(name -> all.put(name, "x"));

    assertThat(Claims.from(all)).hasSize(Claims.KNOWN.size());
    assertThat(Claims.KNOWN.size()).isLessThanOrEqualTo(Claims.MAX_VARIABLES);
  }
}
