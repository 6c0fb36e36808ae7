package dev.stepgate.protocol.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PathTest {

  private final Snapshot snapshot = snapshot();

  private static Snapshot snapshot() {
    Snapshot snapshot = new Snapshot();
    snapshot.schemas.put("pg_catalog", true);
    snapshot.schemas.put("public", true);
    snapshot.schemas.put("app", false);
    snapshot.schemas.put("pg_temp_3", false);
    snapshot.schemas.put("pg_temp_4", false);
    snapshot.users.put("app", Set.of("ci"));
    return snapshot;
  }

  private List<String> searched(Path path) {
    return path.steps(snapshot).stream()
        .map(step -> step.schema() + (step.sure() ? "" : "?"))
        .toList();
  }

  @Test
  void the_temporary_schema_and_the_catalog_come_first_unless_they_are_named() {
    assertThat(searched(new Path(List.of("app", "public"), "ci", "pg_temp_3")))
        .containsExactly("pg_temp_3", "pg_catalog", "app", "public");
    assertThat(searched(new Path(List.of("app", "pg_catalog", "pg_temp"), "ci", "pg_temp_3")))
        .containsExactly("app", "pg_catalog", "pg_temp_3");
  }

  @Test
  void what_does_not_exist_or_may_not_be_used_is_passed_over() {
    assertThat(searched(new Path(List.of("$user", "app", "public"), "bob", null)))
        .containsExactly("pg_catalog", "public");
  }

  @Test
  void a_temporary_schema_of_unknown_name_may_be_any_and_none() {
    assertThat(searched(new Path(List.of("public"), "ci", Surroundings.ANY_TEMP)))
        .containsExactly("pg_temp_3?", "pg_temp_4?", "pg_catalog", "public");
  }

  @Test
  void whose_schema_it_is_decides_and_who_is_not_known_leaves_it_open() {
    assertThat(new Path(List.of("$user"), null, null).isAnywhere()).isTrue();
    assertThat(searched(new Path(List.of("app", "public"), null, null)))
        .containsExactly("pg_catalog", "app?", "public");
  }

  @Test
  void new_things_are_made_in_the_first_schema_that_is_meant() {
    assertThat(new Path(List.of("nowhere", "app"), "ci", "pg_temp_3").creation(snapshot))
        .isEqualTo("app");
    assertThat(new Path(List.of("pg_temp", "app"), "ci", null).creation(snapshot))
        .isEqualTo("pg_temp");
    assertThat(
            new Path(List.of("pg_temp_3", "pg_catalog", "public"), "ci", "pg_temp_3")
                .creation(snapshot))
        .isEqualTo("public");
  }

  @Test
  void a_settings_text_is_taken_apart_as_the_server_does() {
    assertThat(Path.entries("App, \"Mixed, \"\"x\"\"\",pg_temp"))
        .containsExactly("app", "Mixed, \"x\"", "pg_temp");
    assertThat(Path.entries("\"\"")).isEmpty();
    assertThat(Path.entries("\"open")).isNull();
  }
}
