package dev.stepgate.protocol.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** EXPLAIN's lines as servers 15 to 18 print them. */
class ExpectedRowsTest {

  private static String of(String plan) {
    return ExpectedRows.of(List.of(plan.split("\n")));
  }

  @Test
  void a_delete_changes_what_its_input_finds() {
    assertThat(
            of(
                """
                Delete on orders  (cost=0.00..35.50 rows=0 width=0)
                  ->  Seq Scan on orders  (cost=0.00..35.50 rows=2550 width=6)"""))
        .isEqualTo("EXPLAIN expects 2550 rows to be deleted");
  }

  @Test
  void a_query_reads() {
    assertThat(
            of(
                """
                Sort  (cost=1.05..1.06 rows=3 width=40)
                  Sort Key: id
                  ->  Seq Scan on orders  (cost=0.00..1.03 rows=3 width=40)"""))
        .isEqualTo("EXPLAIN expects 3 rows to be read");
  }

  @Test
  void partitions_are_changed_once() {
    assertThat(
            of(
                """
                Update on p  (cost=0.00..80.00 rows=0 width=0)
                  Update on p1 p_1
                  Update on p2 p_2
                  ->  Append  (cost=0.00..80.00 rows=4540 width=14)
                        ->  Seq Scan on p1 p_1  (cost=0.00..32.60 rows=2260 width=14)
                        ->  Seq Scan on p2 p_2  (cost=0.00..32.60 rows=2280 width=14)"""))
        .isEqualTo("EXPLAIN expects 4540 rows to be updated");
  }

  @Test
  void what_a_with_changes_counts() {
    assertThat(
            of(
                """
                CTE Scan on d  (cost=35.50..86.50 rows=2550 width=4)
                  CTE d
                    ->  Delete on orders  (cost=0.00..35.50 rows=0 width=0)
                          ->  Seq Scan on orders  (cost=0.00..35.50 rows=77 width=6)"""))
        .isEqualTo("EXPLAIN expects 77 rows to be deleted");
  }

  @Test
  void a_name_that_looks_like_numbers_is_a_name() {
    assertThat(
            of(
                """
                Delete on "x  (cost=0.00..1.00 rows=9 width=9)"  (cost=0.00..35.50 rows=0 width=0)
                  ->  Seq Scan on "x  (cost=0.00..1.00 rows=9 width=9)"  (cost=0.00..35.50 rows=5 width=6)"""))
        .isEqualTo("EXPLAIN expects 5 rows to be deleted");
  }

  @Test
  void what_is_planned_apart_does_not_count() {
    assertThat(
            of(
                """
                Delete on t  (cost=41.89..83.77 rows=0 width=0)
                  InitPlan 1 (returns $0)
                    ->  Aggregate  (cost=41.88..41.89 rows=1 width=4)
                          ->  Seq Scan on t t_1  (cost=0.00..35.50 rows=2550 width=4)
                  ->  Seq Scan on t  (cost=0.00..41.88 rows=13 width=6)
                        Filter: (a = $0)"""))
        .isEqualTo("EXPLAIN expects 13 rows to be deleted");
  }

  @Test
  void one_inserted_row_is_one_row() {
    assertThat(
            of(
                """
                Insert on t  (cost=0.00..0.01 rows=0 width=0)
                  ->  Result  (cost=0.00..0.01 rows=1 width=4)"""))
        .isEqualTo("EXPLAIN expects 1 row to be inserted");
  }

  @Test
  void what_is_no_plan_says_nothing() {
    assertThat(of("Utility statements have no plan structure")).startsWith("not known");
  }
}
