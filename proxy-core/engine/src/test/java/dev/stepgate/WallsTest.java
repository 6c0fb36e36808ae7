package dev.stepgate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.stepgate.admission.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The walls between the rooms, as {@code docs/architecture.md} draws them. */
class WallsTest {

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          // What the build makes of the parser's WebAssembly is not written here.
          .withImportOption(location -> !location.contains("/sql/grammar/GrammarMachine"))
          .importPackages("dev.stepgate");

  /**
   * What each room may know beside the JDK and itself. A package that is not a key has no place in
   * the house.
   */
  private static final Map<String, List<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("session", List.of()),
              Map.entry("operation", List.of()),
              Map.entry("identity", List.of("session")),
              Map.entry("policy", List.of("session", "operation")),
              Map.entry("recording", List.of("session", "operation")),
              Map.entry("audit", List.of()),
              Map.entry("event", List.of("session", "audit")),
              Map.entry("evidence", List.of("session", "operation", "recording", "audit", "event")),
              Map.entry("credential", List.of("session")),
              Map.entry("approval", List.of("session", "operation", "audit")),
              Map.entry(
                  "admission", List.of("session", "operation", "policy", "approval", "recording")),
              Map.entry("transport", List.of()),
              Map.entry(
                  "protocol",
                  List.of("session", "operation", "admission", "recording", "transport")),
              Map.entry("job", List.of("session")),
              Map.entry(
                  "config",
                  List.of(
                      "session",
                      "operation",
                      "identity",
                      "policy",
                      "job",
                      "recording",
                      "audit",
                      "credential",
                      "transport",
                      "protocol"))));

  @TestFactory
  List<DynamicTest> each_room_knows_only_what_its_door_says() {
    List<DynamicTest> tests = new ArrayList<>();
    ROOMS.forEach(
        (room, known) ->
            tests.add(DynamicTest.dynamicTest(room, () -> knowsOnly(room, known).check(ENGINE))));
    return tests;
  }

  @Test
  void every_class_stands_in_a_room_or_is_the_composition_root() {
    List<String> homeless = new ArrayList<>();
    for (JavaClass type : ENGINE) {
      String name = type.getPackageName();
      String room = name.equals("dev.stepgate") ? "" : name.split("\\.")[2];
      if (!room.isEmpty() && !ROOMS.containsKey(room)) {
        homeless.add(type.getName());
      }
    }
    assertThat(homeless).isEmpty();
  }

  @Test
  void rooms_form_no_cycle() {
    slices().matching("dev.stepgate.(*)..").should().beFreeOfCycles().check(ENGINE);
  }

  @Test
  void protocols_do_not_know_each_other() {
    slices()
        .matching("dev.stepgate.protocol.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(ENGINE);
  }

  @Test
  void a_protocols_wire_knows_nothing_of_sessions_or_the_gate() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepgate.protocol.*.wire..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.stepgate..")
                .and(DescribedPredicate.not(resideInAPackage("dev.stepgate.protocol.*.wire.."))))
        .allowEmptyShould(true)
        .check(ENGINE);
  }

  @Test
  void what_a_statement_does_is_read_without_wire_session_or_gate() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepgate.protocol.postgres.sql..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.stepgate..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "dev.stepgate.protocol.postgres.sql..", "dev.stepgate.operation.."))))
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(ENGINE);
  }

  @Test
  void what_a_server_makes_of_names_is_known_without_wire_session_or_gate() {
    noClasses()
        .that()
        .resideInAPackage("dev.stepgate.protocol.postgres.catalog..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.stepgate..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "dev.stepgate.protocol.postgres.catalog..",
                            "dev.stepgate.protocol.postgres.sql",
                            "dev.stepgate.operation.."))))
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(ENGINE);
  }

  @Test
  void webassembly_stays_beside_the_grammar() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stepgate.protocol.postgres.sql.grammar..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("run.endive..")
        .check(ENGINE);
  }

  @Test
  void netty_stays_in_transport_protocols_and_the_composition_root() {
    noClasses()
        .that(
            DescribedPredicate.not(
                resideInAnyPackage(
                    "dev.stepgate", "dev.stepgate.transport..", "dev.stepgate.protocol..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(ENGINE);
  }

  @Test
  void yaml_stays_in_config() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stepgate.config..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.snakeyaml..")
        .check(ENGINE);
  }

  @Test
  void only_the_gate_makes_permits() {
    constructors().that().areDeclaredIn(Permit.class).should().bePackagePrivate().check(ENGINE);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.stepgate.admission..")
        .should()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "a permit is made",
                (JavaAccess<?> call) -> call.getTargetOwner().isEquivalentTo(Permit.class)))
        .check(ENGINE);
  }

  @Test
  void only_config_and_the_composition_root_read_the_environment() {
    noClasses()
        .that(
            DescribedPredicate.not(
                resideInAnyPackage(
                    "dev.stepgate", "dev.stepgate.config..", "dev.stepgate.credential..")))
        .should()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .check(ENGINE);
  }

  @Test
  void nothing_is_registered_for_the_whole_jvm() {
    noClasses()
        .should()
        .callMethod(Runtime.class, "addShutdownHook", Thread.class)
        .orShould()
        .callMethod(java.security.Security.class, "addProvider", java.security.Provider.class)
        .orShould()
        .callMethod(
            java.security.Security.class,
            "insertProviderAt",
            java.security.Provider.class,
            int.class)
        .orShould()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .check(ENGINE);
  }

  @Test
  void the_engine_prints_nothing_and_ends_no_process() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(ENGINE);
  }

  private static ArchRule knowsOnly(String room, List<String> known) {
    List<String> allowed = new ArrayList<>();
    allowed.add("dev.stepgate." + room + "..");
    known.forEach(other -> allowed.add("dev.stepgate." + other + ".."));
    return classes()
        .that()
        .resideInAPackage("dev.stepgate." + room + "..")
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.not(resideInAPackage("dev.stepgate.."))
                .or(resideInAnyPackage(allowed.toArray(new String[0]))))
        .allowEmptyShould(true);
  }
}
