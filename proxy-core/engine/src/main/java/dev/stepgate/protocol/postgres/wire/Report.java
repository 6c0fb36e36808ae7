package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fields of an ErrorResponse or NoticeResponse, in the order sent.
 *
 * @param fields what the manual's section "Error and Notice Message Fields" lists, and any code it
 *     does not
 */
public record Report(List<Field> fields) {

  /** How many fields a report may have; the manual knows 18. */
  public static final int MAX_FIELDS = 100;

  /** The severity, localized. */
  public static final char SEVERITY = 'S';

  /** The severity, never localized (since server 9.6). */
  public static final char SEVERITY_NEVER_LOCALIZED = 'V';

  /** The SQLSTATE. */
  public static final char CODE = 'C';

  /** The primary message. */
  public static final char MESSAGE = 'M';

  /** More about it. */
  public static final char DETAIL = 'D';

  /** What to do about it. */
  public static final char HINT = 'H';

  /**
   * One field.
   *
   * @param type its code, any byte but zero
   * @param value its text
   */
  public record Field(char type, WireText value) {

    /** Refuses a code that is no byte, and zero, which ends the list. */
    public Field {
      if (type == 0 || type > 0xff) {
        throw new IllegalArgumentException("no code of a field: " + (int) type);
      }
    }
  }

  /** Copies the list and checks its length. */
  public Report {
    fields = List.copyOf(fields);
    checkCount(fields.size());
  }

  /**
   * A report of the gateway's own.
   *
   * @param severity {@code ERROR}, {@code FATAL}, {@code NOTICE}, …
   * @param sqlState five characters
   * @param message one line
   * @param detail may be null
   * @param hint may be null
   */
  public static Report of(
      String severity, String sqlState, String message, String detail, String hint) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(SEVERITY, WireText.of(severity)));
    fields.add(new Field(SEVERITY_NEVER_LOCALIZED, WireText.of(severity)));
    fields.add(new Field(CODE, WireText.of(sqlState)));
    fields.add(new Field(MESSAGE, WireText.of(message)));
    if (detail != null) {
      fields.add(new Field(DETAIL, WireText.of(detail)));
    }
    if (hint != null) {
      fields.add(new Field(HINT, WireText.of(hint)));
    }
    return new Report(fields);
  }

  static Report decode(MessageReader in) {
    List<Field> fields = new ArrayList<>();
    for (int type = in.int8("field code"); type != 0; type = in.int8("field code")) {
      checkCount(fields.size() + 1);
      fields.add(new Field((char) (type & 0xff), in.text("field")));
    }
    in.end();
    return new Report(fields);
  }

  private static void checkCount(int count) {
    if (count > MAX_FIELDS) {
      throw WireException.beyond(Fault.LIMIT, "Report", "number of fields", count, MAX_FIELDS);
    }
  }

  /** The first field with that code. */
  public Optional<WireText> field(char type) {
    return fields.stream().filter(f -> f.type() == type).map(Field::value).findFirst();
  }

  /** The field's text as UTF-8 with replacement characters, or an empty string. */
  public String text(char type) {
    return field(type).map(WireText::toString).orElse("");
  }

  void encode(ByteBuf out, char messageType) {
    int start = Frame.begin(out, messageType);
    for (Field field : fields) {
      out.writeByte(field.type());
      field.value().write(out);
    }
    out.writeByte(0);
    Frame.end(out, start);
  }
}
