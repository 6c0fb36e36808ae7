package dev.stepgate.recording;

import dev.stepgate.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who a recording's session is for, as its header says.
 *
 * @param proof whose word {@code verified} is: {@code token}, {@code host} or {@code user}; empty
 *     in recordings of gateways that did not ask
 * @param verified the claims that are proved, by name
 * @param shaped the names of those whose values the pipeline's author can choose
 * @param claimed what the job says about itself
 */
public record Who(
    String proof,
    SortedMap<String, String> verified,
    List<String> shaped,
    SortedMap<String, String> claimed) {

  /** Of a recording that does not say. */
  static final Who UNKNOWN = new Who("", new TreeMap<>(), List.of(), new TreeMap<>());

  /** The longest that the header's members about it may be: 8 KiB each, and the names. */
  static final int MAX_JSON = 24 << 10;

  private static final int CAPACITY = 4 << 10;

  /** Copies the collections. */
  public Who {
    verified = Collections.unmodifiableSortedMap(new TreeMap<>(verified));
    shaped = List.copyOf(shaped);
    claimed = Collections.unmodifiableSortedMap(new TreeMap<>(claimed));
  }

  static Who of(Session session) {
    return new Who(
        session.bearer().proof().word(),
        session.bearer().verified(),
        session.bearer().shaped(),
        new TreeMap<>(session.claimed()));
  }

  /**
   * As an opening frame carries it: fields ended by zero characters, each with a letter for what it
   * is before it, {@code p} proof, {@code v} and {@code c} a verified and a claimed name, whose
   * value is the next field, {@code s} a shaped name.
   */
  String fields() {
    StringBuilder fields = new StringBuilder(CAPACITY);
    field(fields, "p" + proof);
    verified.forEach(
        (name, value) -> {
          field(fields, "v" + name);
          field(fields, value);
        });
    shaped.forEach(name -> field(fields, "s" + name));
    claimed.forEach(
        (name, value) -> {
          field(fields, "c" + name);
          field(fields, value);
        });
    return fields.toString();
  }

  private static void field(StringBuilder fields, String text) {
    fields.append(text.replace('\0', '\uFFFD')).append('\0');
  }

  /** What {@link #fields} wrote; empty if it is something else. */
  static Optional<Who> parse(String text) {
    String proof = "";
    SortedMap<String, String> verified = new TreeMap<>();
    SortedMap<String, String> claimed = new TreeMap<>();
    List<String> shaped = new ArrayList<>();
    Iterator<String> fields = List.of(text.split("\0", -1)).iterator();
    while (fields.hasNext()) {
      String field = fields.next();
      if (field.isEmpty()) {
        return fields.hasNext() || proof.isEmpty()
            ? Optional.empty()
            : Optional.of(new Who(proof, verified, shaped, claimed));
      }
      String name = field.substring(1);
      char kind = field.charAt(0);
      if (kind == 'p') {
        proof = name;
      } else if (kind == 's') {
        shaped.add(name);
      } else if (kind == 'v' && fields.hasNext()) {
        verified.put(name, fields.next());
      } else if (kind == 'c' && fields.hasNext()) {
        claimed.put(name, fields.next());
      } else {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The header's members about it, as they stand in the line. */
  String json() {
    LineBuffer line = new LineBuffer(CAPACITY);
    line.put(LineBuffer.ascii(",\"proof\":")).string(proof);
    line.put(LineBuffer.ascii(",\"verified\":"));
    object(line, verified);
    line.put(LineBuffer.ascii(",\"shaped\":["));
    for (int i = 0; i < shaped.size(); i++) {
      line.put(LineBuffer.ascii(i == 0 ? "" : ",")).string(shaped.get(i));
    }
    line.put(LineBuffer.ascii("],\"claimed\":"));
    object(line, claimed);
    return new String(line.bytes(), 0, line.length(), StandardCharsets.US_ASCII);
  }

  private static void object(LineBuffer line, Map<String, String> texts) {
    String separator = "{";
    for (Map.Entry<String, String> text : texts.entrySet()) {
      line.put(LineBuffer.ascii(separator)).string(text.getKey());
      line.put(':').string(text.getValue());
      separator = ",";
    }
    line.put(LineBuffer.ascii(texts.isEmpty() ? "{}" : "}"));
  }
}
