package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks for SASL.
 *
 * @param mechanisms what the server offers, the most wanted first
 */
public record AuthenticationSASL(List<String> mechanisms) implements Authentication {

  static final int CODE = 10;

  /** How many mechanisms may be offered; servers offer up to 3. */
  public static final int MAX_MECHANISMS = 32;

  /** Copies the list and refuses names that would read as another list. */
  public AuthenticationSASL {
    mechanisms = List.copyOf(mechanisms);
    checkCount(mechanisms.size());
    for (String mechanism : mechanisms) {
      if (mechanism.isEmpty()) {
        throw new IllegalArgumentException("a mechanism needs a name");
      }
      WireText.utf8(mechanism);
    }
  }

  static AuthenticationSASL decode(MessageReader in) {
    List<String> mechanisms = new ArrayList<>();
    for (String name = in.utf8("mechanism"); !name.isEmpty(); name = in.utf8("mechanism")) {
      checkCount(mechanisms.size() + 1);
      mechanisms.add(name);
    }
    in.end();
    return new AuthenticationSASL(mechanisms);
  }

  private static void checkCount(int count) {
    if (count > MAX_MECHANISMS) {
      throw WireException.beyond(
          Fault.LIMIT, "AuthenticationSASL", "number of mechanisms", count, MAX_MECHANISMS);
    }
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Authentication.begin(out, CODE);
    for (String mechanism : mechanisms) {
      WireText.of(mechanism).write(out);
    }
    out.writeByte(0);
    Frame.end(out, start);
  }
}
