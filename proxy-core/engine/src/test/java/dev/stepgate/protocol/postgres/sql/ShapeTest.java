package dev.stepgate.protocol.postgres.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stepgate.protocol.postgres.sql.Shape.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {

  private static final Lexing BACKSLASHES = new Lexing(false, Lexing.Encoding.UTF8);
  private static final Lexing LATIN = new Lexing(true, Lexing.Encoding.ASCII_SAFE);

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "select 1,'a'              | select 1 ,'?'",
        "select  1 -- x            | select 1",
        "select/**/1/* /* */ */    | select 1",
        "select E'it\\'s' x        | select '?' x",
        "select 'it''s' x          | select '?' x",
        "select $$a$b$$ x          | select '?' x",
        "select $q$a$$ $q$ x       | select '?' x",
        "select a$b$ from t$1      | select a$b$ from t$1",
        "select b'1' , X'ff'       | select b'1' , x'1'",
        "select u&$$a$$            | select u& '?'",
        "select N'a'               | select N'?'",
        "select \"a''b\"           | select \"a''b\"",
        "select 1.5e-3+.5          | select 1 + 1",
        "select a.b,$1::int        | select a.b,$1::int",
        "select 1..2               | select 1 .. 1",
        "select 0x1F,1_000         | select 1 , 1",
        "values(1,'a'),(2,'b')     | values( 1 ,'?' )",
        "values(1,'a'),(2,x)       | values( 1 ,'?' ),( 1 ,x)",
        "values(1,-1), (2,-3) ,(0,-9) | values( 1 ,- 1 )",
        "values($1,$2),($3,$4)     | values($1,$1)",
        "select f(1),(2)           | select f( 1 )",
      })
  void a_text_is_reduced_to_its_shape(String text, String shape) {
    assertThat(shape(text, Lexing.USUAL, false)).isEqualTo(shape);
  }

  @Test
  void a_string_goes_on_in_the_next_line_and_only_there() {
    assertThat(shape("select 'a'\n'b', 'c' -- x\n  'd', 'e' 'f'", Lexing.USUAL, false))
        .isEqualTo("select '?' , '?' , '?' '?'");
  }

  @Test
  void a_backslash_ends_no_string_where_the_session_says_so() {
    String text = "select 'a\\' , b from t -- '";

    assertThat(shape(text, Lexing.USUAL, false)).isEqualTo("select '?' , b from t");
    assertThat(shape(text, BACKSLASHES, false)).isEqualTo("select '?'");
  }

  @Test
  void what_is_kept_reads_the_same_with_standard_strings() {
    assertThat(shape("select 'a\\'b', E'c', $$d$$", BACKSLASHES, true))
        .isEqualTo("select E'a\\'b', E'c', $$d$$");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "select 'a",
        "select \"a",
        "select /* /* */",
        "select $a$ $b$",
        "select 1a",
        "select $1a",
        "select 0xZ",
        "select e'\\'"
      })
  void what_has_no_clear_end_has_no_shape(String text) {
    assertThat(end(text, Lexing.USUAL, false)).isEqualTo(End.MALFORMED);
  }

  @Test
  void a_zero_byte_has_no_shape() {
    assertThat(end("select 1\0", Lexing.USUAL, false)).isEqualTo(End.MALFORMED);
  }

  @Test
  void names_beyond_ascii_are_not_told_in_another_encoding_but_strings_are() {
    assertThat(end("select é", LATIN, false)).isEqualTo(End.ENCODING);
    assertThat(end("select \"é\"", LATIN, false)).isEqualTo(End.ENCODING);
    assertThat(shape("select 'é' /* é */", LATIN, false)).isEqualTo("select '?'");
    assertThat(end("select 'é'", LATIN, true)).isEqualTo(End.ENCODING);
  }

  @Test
  void unicode_escapes_are_kept_for_the_grammar() {
    assertThat(end("select U&'a' uescape '!'", Lexing.USUAL, false)).isEqualTo(End.KEEP);
    assertThat(shape("select U&\"!0061\" /**/ uescape '!'", Lexing.USUAL, true))
        .isEqualTo("select U&\"!0061\" uescape '!'");
  }

  @Test
  void depth_tokens_and_length_have_limits() {
    assertThat(end("(".repeat(501), Lexing.USUAL, false)).isEqualTo(End.TOO_COMPLEX);
    assertThat(end("(".repeat(500), Lexing.USUAL, false)).isEqualTo(End.DONE);
    assertThat(end("a ".repeat(8_001), Lexing.USUAL, false)).isEqualTo(End.TOO_COMPLEX);
    assertThat(end("a".repeat((128 << 10) + 1), Lexing.USUAL, false)).isEqualTo(End.TOO_COMPLEX);
    assertThat(end("'" + "a".repeat(1 << 20) + "'", Lexing.USUAL, false)).isEqualTo(End.DONE);
  }

  @Test
  void a_large_texts_memory_is_given_back_with_the_next_small_one() {
    Shape shape = new Shape();

    assertThat(shape.room(1 << 20)).hasSizeGreaterThanOrEqualTo(1 << 20);
    byte[] room = shape.room(10);

    assertThat(room).hasSizeLessThanOrEqualTo(64 << 10);
    assertThat(shape.room(10)).isSameAs(room);
  }

  @Test
  void an_insert_of_many_rows_has_the_shape_of_one() {
    String many = "insert into t values (1, 'a')" + ",(2, 'b')".repeat(50_000);

    assertThat(shape(many, Lexing.USUAL, false)).isEqualTo("insert into t values ( 1 , '?' )");
  }

  private static String shape(String text, Lexing lexing, boolean keep) {
    Shape shape = new Shape();
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(shape.scan(bytes, bytes.length, lexing, keep)).isEqualTo(End.DONE);
    return new String(shape.copy(), UTF_8);
  }

  private static End end(String text, Lexing lexing, boolean keep) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Shape().scan(bytes, bytes.length, lexing, keep);
  }
}
