package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorResponseTest {

  @Test
  void of_the_gateways_own() {
    Golden.backend(
        "'E' 00000024 'S' 'ERROR' 00 'V' 'ERROR' 00 'C' '42P01' 00 'M' 'no' 00 'D' 'd' 00 'H' 'h' 00 00",
        new ErrorResponse(Report.of("ERROR", "42P01", "no", "d", "h")));
  }

  @Test
  void its_fields_are_found() {
    ErrorResponse error =
        (ErrorResponse)
            Golden.decodeBackend(
                Golden.buffer(
                    "'E' 00000024 'S' 'ERROR' 00 'V' 'ERROR' 00 'C' '42P01' 00 'M' 'no' 00 'D' 'd' 00 'H' 'h' 00 00"));

    assertThat(error.report().text(Report.CODE)).isEqualTo("42P01");
    assertThat(error.report().text(Report.MESSAGE)).isEqualTo("no");
    assertThat(error.report().field('W')).isEmpty();
    assertThat(error.report().text('W')).isEmpty();
  }

  @Test
  void without_fields() {
    Golden.backend("'E' 00000005 00", new ErrorResponse(new Report(List.of())));
  }

  @Test
  void with_a_field_that_the_manual_does_not_know() {
    Golden.backend(
        "'E' 00000008 fe 'x' 00 00",
        new ErrorResponse(new Report(List.of(new Report.Field('\u00fe', WireText.of("x"))))));
  }

  @Test
  void without_the_end_of_its_fields_is_refused() {
    assertThat(Golden.backendRefusal("'E' 00000008 'M' 'no' 00"))
        .returns(Fault.COUNT, WireException::fault)
        .returns(0L, WireException::value)
        .returns(1L, WireException::limit);
  }

  @Test
  void with_a_field_without_its_end_is_refused() {
    assertThat(Golden.backendRefusal("'E' 00000007 'M' 'no'"))
        .returns(Fault.TERMINATOR, WireException::fault);
  }

  @Test
  void with_bytes_behind_its_end_is_refused() {
    assertThat(Golden.backendRefusal("'E' 00000007 00 'M' 00"))
        .returns(Fault.TRAILING, WireException::fault)
        .returns(2L, WireException::value)
        .returns(0L, WireException::limit);
  }

  @Test
  void with_101_fields_is_refused() {
    assertThat(Golden.backendRefusal("'E' 000000cf" + "'M' 00".repeat(101) + "00"))
        .returns(Fault.LIMIT, WireException::fault)
        .returns(101L, WireException::value)
        .returns(100L, WireException::limit);
  }

  @Test
  void a_field_that_would_end_the_list_cannot_be_made() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Report.Field('\0', WireText.EMPTY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Report.of("ERROR", "42P01", "no\0M", null, null));
  }
}
