package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The server speaks an older minor version than asked for, or does not know an option.
 *
 * @param version the version that it will speak, major in the upper half: the manual says "minor
 *     version", servers send the whole
 * @param unknownOptions the {@code _pq_.} options that it does not know
 */
public record NegotiateProtocolVersion(int version, List<WireText> unknownOptions)
    implements BackendMessage {

  static final char TYPE = 'v';

  /** Copies the list. */
  public NegotiateProtocolVersion {
    unknownOptions = List.copyOf(unknownOptions);
  }

  /** Version 3 with this minor version. */
  public static NegotiateProtocolVersion minor(int minor, List<String> unknownOptions) {
    return new NegotiateProtocolVersion(
        StartupMessage.MAJOR << 16 | minor, unknownOptions.stream().map(WireText::of).toList());
  }

  static NegotiateProtocolVersion decode(MessageReader in) {
    int version = in.int32("version");
    int count = in.count32("number of options", 1);
    List<WireText> options = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      options.add(in.text("option"));
    }
    in.end();
    return new NegotiateProtocolVersion(version, options);
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.begin(out, TYPE);
    out.writeInt(version).writeInt(unknownOptions.size());
    for (WireText option : unknownOptions) {
      option.write(out);
    }
    Frame.end(out, start);
  }
}
