package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens a session: the protocol version and what it starts with.
 *
 * @param minor the minor version; the major one is 3. 0 and 2 are in use, 1 is reserved, and
 *     clients may ask for higher ones to see whether these are negotiated down
 * @param parameters in the order sent, so that a name given twice is seen
 */
public record StartupMessage(int minor, List<Parameter> parameters) implements StartupRequest {

  /** The only major version that is spoken. */
  public static final int MAJOR = 3;

  /** How many parameters one message may carry. psql sends 4, pgjdbc 7. */
  public static final int MAX_PARAMETERS = 100;

  /** Names that begin so are options of the protocol, not settings. */
  public static final String PROTOCOL_OPTION_PREFIX = "_pq_.";

  private static final int MAX_MINOR = 0xffff;

  /**
   * One parameter.
   *
   * @param name {@code user}, {@code database}, {@code options}, …; never empty, since an empty
   *     name ends the list
   * @param value may be empty
   */
  public record Parameter(String name, String value) {

    /** Refuses what would read as another list of parameters on the wire. */
    public Parameter {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a start-up parameter needs a name");
      }
      WireText.utf8(name);
      WireText.utf8(value);
    }

    /** The name alone: values may be secrets ({@code options}). */
    @Override
    public String toString() {
      return name;
    }
  }

  /** Copies the list and checks its length. */
  public StartupMessage {
    parameters = List.copyOf(parameters);
    if (minor < 0 || minor > MAX_MINOR) {
      throw new IllegalArgumentException("minor version " + minor + ", at most " + MAX_MINOR);
    }
    checkCount(parameters.size());
  }

  static StartupMessage decode(MessageReader in, int minor) {
    List<Parameter> parameters = new ArrayList<>();
    for (String name = in.utf8("name"); !name.isEmpty(); name = in.utf8("name")) {
      checkCount(parameters.size() + 1);
      parameters.add(new Parameter(name, in.utf8("value")));
    }
    in.end();
    return new StartupMessage(minor, parameters);
  }

  private static void checkCount(int count) {
    if (count > MAX_PARAMETERS) {
      throw WireException.beyond(
          Fault.LIMIT, "StartupMessage", "number of parameters", count, MAX_PARAMETERS);
    }
  }

  /** The first parameter of that name. Ask {@link #duplicates} before relying on it. */
  public Optional<String> parameter(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name().equals(name))
        .map(Parameter::value)
        .findFirst();
  }

  /** The names that are given more than once. */
  public Set<String> duplicates() {
    Set<String> seen = new HashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    for (Parameter parameter : parameters) {
      if (!seen.add(parameter.name())) {
        twice.add(parameter.name());
      }
    }
    return twice;
  }

  /** The names that begin with {@value #PROTOCOL_OPTION_PREFIX}, in order. */
  public List<String> protocolOptions() {
    return parameters.stream()
        .map(Parameter::name)
        .filter(name -> name.startsWith(PROTOCOL_OPTION_PREFIX))
        .toList();
  }

  @Override
  public void encode(ByteBuf out) {
    int start = Frame.beginUntyped(out);
    out.writeInt(MAJOR << 16 | minor);
    for (Parameter parameter : parameters) {
      WireText.of(parameter.name()).write(out);
      WireText.of(parameter.value()).write(out);
    }
    out.writeByte(0);
    Frame.end(out, start);
  }
}
