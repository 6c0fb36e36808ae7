package dev.stepgate.protocol.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTreeTest {

  @Test
  void a_relation_of_version_15_has_its_privileges_beside_it() {
    Deps deps =
        NodeTree.read(
            "({QUERY :commandType 1 :rtable ({RANGETBLENTRY :alias <> :eref {ALIAS :aliasname c"
                + " :colnames (\"a\" \"b\")} :rtekind 0 :relid 16390 :relkind r :inh true"
                + " :requiredPerms 2 :checkAsUser 0 :selectedCols (b 8 10) :insertedCols (b)"
                + " :updatedCols (b 9) :securityQuals <>})})");

    assertThat(deps.touched())
        .containsExactly(new Deps.Touched(16390, Deps.SELECT, List.of(1, 3), List.of(2)));
  }

  @Test
  void a_relation_of_version_16_has_them_in_a_node_of_their_own() {
    Deps deps =
        NodeTree.read(
            "({QUERY :rtable ({RANGETBLENTRY :rtekind 0 :relid 16390 :perminfoindex 1"
                + " :lateral false}) :rteperminfos ({RTEPERMISSIONINFO :relid 16390 :inh true"
                + " :requiredPerms 8 :checkAsUser 0 :selectedCols (b 7) :insertedCols (b)"
                + " :updatedCols (b)})})");

    assertThat(deps.touched())
        .containsExactly(new Deps.Touched(16390, Deps.DELETE, List.of(0), List.of()));
  }

  @Test
  void a_subquerys_privileges_are_not_those_of_the_relation_in_it() {
    Deps deps =
        NodeTree.read(
            "{RANGETBLENTRY :rtekind 1 :subquery {QUERY :rtable ({RANGETBLENTRY :rtekind 0"
                + " :relid 5 :requiredPerms 2 :selectedCols (b 8) :insertedCols (b)"
                + " :updatedCols (b)})} :requiredPerms 8 :selectedCols (b 9)}");

    assertThat(deps.touched())
        .containsExactly(new Deps.Touched(5, Deps.SELECT, List.of(1), List.of()));
  }

  @Test
  void functions_operators_types_and_sequences_are_told_by_number() {
    Deps deps =
        NodeTree.read(
            "{FUNCEXPR :funcid 1574 :funcresulttype 20 :args ({CONST :consttype 2205"
                + " :consttypmod -1 :constlen 4 :constvalue 4 [ 18 64 0 0 0 0 0 0 ]}"
                + " {OPEXPR :opno 96 :opfuncid 65} {COERCETODOMAIN :resulttype 16400}"
                + " {ROWCOMPAREEXPR :opnos (o 97 521)} {AGGREF :aggfnoid 2147})}");

    assertThat(deps.functions()).containsExactly(1574L, 65L, 2147L);
    assertThat(deps.operators()).containsExactly(96L, 97L, 521L);
    assertThat(deps.types()).containsExactly(16400L);
    assertThat(deps.named()).contains(16402L);
  }

  @Test
  void names_that_look_like_fields_are_names() {
    Deps deps =
        NodeTree.read(
            "{TARGETENTRY :resname \\{FUNCEXPR\\ :funcid\\ 5\\} :colnames"
                + " (\" :funcid 6 \" \"\\\" :relid 7 :requiredPerms 2\") :resjunk false}");

    assertThat(deps.isEmpty()).isTrue();
  }

  @Test
  void a_rules_notification_is_seen() {
    assertThat(
            NodeTree.read("({QUERY :commandType 6 :utilityStmt {NOTIFYSTMT :conditionname x}})")
                .notifies())
        .isTrue();
  }
}
