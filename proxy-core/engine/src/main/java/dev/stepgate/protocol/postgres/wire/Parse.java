package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;

/** Prepares a statement. */
public final class Parse implements FrontendMessage {

  static final char TYPE = 'P';

  private final WireText statement;
  private final WireText sql;
  private final int[] parameterTypes;

  /**
   * A statement to prepare.
   *
   * @param statement its name; empty is the unnamed statement
   * @param sql one statement
   * @param parameterTypes type OIDs for the first parameters, 0 leaves one open
   */
  public Parse(WireText statement, WireText sql, int... parameterTypes) {
    this.statement = statement;
    this.sql = sql;
    this.parameterTypes = parameterTypes.clone();
  }

  static Parse decode(MessageReader in) {
    WireText statement = in.text("statement name");
    WireText sql = in.text("query");
    int[] types = in.numbers("number of parameter types");
    in.end();
    return new Parse(statement, sql, types);
  }

  /** The statement's name; empty is the unnamed statement. */
  public WireText statement() {
    return statement;
  }

  /** The statement's text. */
  public WireText sql() {
    return sql;
  }

  /** Type OIDs for the first parameters, 0 where one is left open; a copy. */
  public int[] parameterTypes() {
    return parameterTypes.clone();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    statement.write(out);
    sql.write(out);
    Frame.numbers(out, parameterTypes);
    Frame.end(out, start);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parse that
        && statement.equals(that.statement)
        && sql.equals(that.sql)
        && Arrays.equals(parameterTypes, that.parameterTypes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(statement, sql, Arrays.hashCode(parameterTypes));
  }

  @Override
  public String toString() {
    return "Parse[" + statement + ", " + parameterTypes.length + " types]";
  }
}
