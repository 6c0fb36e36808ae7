package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of the rows that follow, or would.
 *
 * @param columns in order
 */
public record RowDescription(List<Column> columns) implements BackendMessage {

  static final char TYPE = 'T';

  /** The shortest column on the wire: an empty name's terminator and six numbers. */
  private static final int COLUMN_BYTES = 1 + 3 * Integer.BYTES + 3 * Short.BYTES;

  /**
   * One column.
   *
   * @param name its name or alias
   * @param table the OID of the table that it comes from, or 0
   * @param attribute the column's number in that table, or 0; system columns have negative ones
   * @param type the type's OID
   * @param size the type's size in bytes, negative for variable ones
   * @param modifier the type's modifier, -1 for none
   * @param binary whether its values are binary; before Bind always false
   */
  public record Column(
      WireText name,
      int table,
      short attribute,
      int type,
      short size,
      int modifier,
      boolean binary) {

    static Column decode(MessageReader in) {
      WireText name = in.text("column name");
      int table = in.int32("table OID");
      short attribute = (short) in.int16("attribute number");
      int type = in.int32("type OID");
      short size = (short) in.int16("type size");
      int modifier = in.int32("type modifier");
      return new Column(
          name, table, attribute, type, size, modifier, in.format("column format code") == 1);
    }

    void write(ByteBuf out) {
      name.write(out);
      out.writeInt(table).writeShort(attribute);
      out.writeInt(type).writeShort(size).writeInt(modifier);
      out.writeShort(binary ? 1 : 0);
    }
  }

  /** Copies the list. */
  public RowDescription {
    columns = List.copyOf(columns);
    Frame.count16(columns.size());
  }

  static RowDescription decode(MessageReader in) {
    int count = in.count16("number of columns", COLUMN_BYTES);
    List<Column> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      columns.add(Column.decode(in));
    }
    in.end();
    return new RowDescription(columns);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeShort(columns.size());
    for (Column column : columns) {
      column.write(out);
    }
    Frame.end(out, start);
  }
}
