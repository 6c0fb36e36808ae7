package dev.stepgate.protocol.postgres;

import static dev.stepgate.protocol.postgres.Wire.bind;
import static dev.stepgate.protocol.postgres.Wire.closing;
import static dev.stepgate.protocol.postgres.Wire.complete;
import static dev.stepgate.protocol.postgres.Wire.error;
import static dev.stepgate.protocol.postgres.Wire.execute;
import static dev.stepgate.protocol.postgres.Wire.message;
import static dev.stepgate.protocol.postgres.Wire.parse;
import static dev.stepgate.protocol.postgres.Wire.query;
import static dev.stepgate.protocol.postgres.Wire.ready;
import static dev.stepgate.protocol.postgres.Wire.sync;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.operation.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An execution must never be recorded as that of a statement or portal whose name another took. */
class SubjectsTest {

  private static final Operation OF_UNKNOWN =
      new Operation(Operation.Kind.EXECUTE, Operation.NO_SUBJECT);

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void a_closed_statement_gives_its_name_to_what_sql_prepares() {
    rig.client(parse("s", "select 1"), sync());
    rig.server(message('1'), ready('I'));
    rig.client(closing('S', "s"), sync());
    rig.server(message('3'), ready('I'));
    rig.client(query("prepare s as delete from orders"));
    rig.server(complete("PREPARE"), ready('I'));

    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.operation(3).operation).isEqualTo(OF_UNKNOWN);
  }

  @Test
  void so_it_does_within_one_pipeline() {
    rig.client(
        parse("s", "select 1"),
        closing('S', "s"),
        sync(),
        query("prepare s as delete from orders"),
        bind("", "s"),
        execute("", 0),
        sync());
    rig.server(message('1'), message('3'), ready('I'), complete("PREPARE"), ready('I'));
    rig.server(message('2'), complete("DELETE 1"), ready('I'));
    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.operation(3).operation).isEqualTo(OF_UNKNOWN);
    assertThat(rig.operation(4).operation).isEqualTo(OF_UNKNOWN);
  }

  @Test
  void a_close_that_was_skipped_leaves_the_statement() {
    rig.client(parse("s", "select 1"), sync());
    rig.server(message('1'), ready('I'));
    rig.client(parse("", "bad"), closing('S', "s"), sync());
    rig.server(error("42601"), ready('I'));

    rig.client(bind("", "s"), execute("", 0), sync());

    assertThat(rig.operation(3).operation).isEqualTo(new Operation(Operation.Kind.EXECUTE, 1));
  }

  @Test
  void a_portal_gives_its_name_to_a_cursor_that_sql_declares() {
    rig.client(parse("", "select 1"), bind("c", ""), execute("c", 1), sync());
    rig.server(message('1'), message('2'), complete("SELECT 1"), ready('I'));
    rig.client(query("begin; declare c cursor for select 2"));
    rig.server(complete("BEGIN"), complete("DECLARE CURSOR"), ready('T'));

    rig.client(execute("c", 0), sync());

    assertThat(rig.operation(4).operation).isEqualTo(OF_UNKNOWN);
  }

  @Test
  void a_closed_portal_stands_for_nothing() {
    rig.client(parse("", "select 1"), bind("c", ""), execute("c", 1), closing('P', "c"), sync());

    rig.client(execute("c", 0), sync());

    assertThat(rig.operation(3).operation).isEqualTo(OF_UNKNOWN);
  }
}
