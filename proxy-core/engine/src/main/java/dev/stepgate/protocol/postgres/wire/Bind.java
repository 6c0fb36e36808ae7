package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;

/**
 * Makes a portal from a prepared statement and its parameters.
 *
 * @param portal the portal's name; empty is the unnamed portal
 * @param statement the statement's name; empty is the unnamed statement
 * @param parameterFormats none, one, or one a parameter
 * @param parameters the values; decoded ones are views of the buffer that was decoded
 * @param resultFormats none, one, or one a result column
 */
public record Bind(
    WireText portal,
    WireText statement,
    Formats parameterFormats,
    Values parameters,
    Formats resultFormats)
    implements FrontendMessage {

  static final char TYPE = 'B';

  static Bind decode(MessageReader in) {
    WireText portal = in.text("portal name");
    WireText statement = in.text("statement name");
    Formats parameterFormats = in.formats("parameter format code");
    int count = in.count16("number of parameters", Integer.BYTES);
    checkFormats(parameterFormats, count);
    Values parameters = in.values(count, "parameter length");
    Formats resultFormats = in.formats("result format code");
    in.end();
    return new Bind(portal, statement, parameterFormats, parameters, resultFormats);
  }

  private static void checkFormats(Formats formats, int count) {
    if (!formats.fit(count)) {
      throw WireException.beyond(
          Fault.COUNT, "Bind", "number of parameter formats", formats.count(), count);
    }
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    portal.write(out);
    statement.write(out);
    parameterFormats.write(out);
    out.writeShort(parameters.count());
    parameters.write(out);
    resultFormats.write(out);
    Frame.end(out, start);
  }
}
