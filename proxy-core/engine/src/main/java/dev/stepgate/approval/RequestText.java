package dev.stepgate.approval;

import dev.stepgate.audit.leaf.Json;
import dev.stepgate.audit.tree.MalformedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A request as a file holds it, and back. */
final class RequestText {

  private static final String FORMAT = "stepgate-approval";
  private static final Long VERSION = 1L;

  private RequestText() {}

  static byte[] encode(Request request) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(FORMAT, VERSION);
    object.put("id", request.id());
    object.put("version", request.version());
    object.put("state", request.state().word());
    object.put("digest", request.digest());
    object.put("session", request.session());
    object.put("operation", request.operation());
    object.put("reference", request.reference());
    object.put("connection", request.connection());
    object.put("rule", request.rule());
    object.put("message", request.message());
    object.put("from", request.from());
    object.put("count", (long) request.count());
    object.put("asked", time(request.asked()));
    object.put("expires", time(request.expires()));
    object.put("opened_by", request.openedBy());
    object.put("proof", request.proof());
    object.put("verified", request.verified());
    object.put("shaped", request.shaped());
    object.put("policy", request.policy());
    object.put("kind", request.kind());
    object.put("statement", request.statement());
    object.put("parameters", request.parameters());
    object.put("reaches", request.reaches());
    object.put("transaction", request.transaction());
    object.put("rows", request.rows());
    object.put("answers", request.answers().stream().map(RequestText::answer).toList());
    object.put("ended", request.ended() == null ? "" : time(request.ended()));
    object.put("why", request.why());
    return Json.encode(object);
  }

  private static Map<String, Object> answer(Answer answer) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("verdict", answer.verdict());
    object.put("issuer", answer.issuer());
    object.put("subject", answer.subject());
    object.put("name", answer.name());
    object.put("groups", answer.groups());
    object.put("by", answer.by());
    object.put("reason", answer.reason());
    object.put("at", time(answer.at()));
    return object;
  }

  // Always three digits behind the point, so that there is one way to write a moment.
  private static String time(Instant at) {
    return new DateTimeFormatterBuilder().appendInstant(3).toFormatter().format(at);
  }

  /**
   * Reads one.
   *
   * @throws MalformedException if it is none of this version
   */
  static Request decode(byte[] bytes) {
    if (!(Json.decode(bytes) instanceof Map<?, ?> object)) {
      throw new MalformedException("a request is an object");
    }
    Reader in = new Reader(object);
    if (!VERSION.equals(object.get(FORMAT))) {
      throw new MalformedException(FORMAT + " is " + object.get(FORMAT) + ", not " + VERSION);
    }
    String id = in.text("id");
    if (!Request.ID.matcher(id).matches()) {
      throw new MalformedException("no id: " + id);
    }
    List<Answer> answers = new ArrayList<>();
    for (Object answer : in.list("answers")) {
      answers.add(answer(answer));
    }
    Instant ended = in.text("ended").isEmpty() ? null : in.time("ended");
    Request.State state = in.state();
    if (state.open() != (ended == null)) {
      throw new MalformedException("it has ended exactly if it is not open: " + state.word());
    }
    return new Request(
        id,
        in.number("version"),
        state,
        in.text("digest"),
        in.text("session"),
        in.number("operation"),
        in.text("reference"),
        in.text("connection"),
        in.text("rule"),
        in.text("message"),
        in.texts("from"),
        in.count(),
        in.time("asked"),
        in.time("expires"),
        in.text("opened_by"),
        in.text("proof"),
        in.named("verified"),
        in.texts("shaped"),
        in.text("policy"),
        in.text("kind"),
        in.text("statement"),
        in.texts("parameters"),
        in.texts("reaches"),
        in.truth("transaction"),
        in.text("rows"),
        answers,
        ended,
        in.text("why"));
  }

  private static Answer answer(Object value) {
    if (!(value instanceof Map<?, ?> object)) {
      throw new MalformedException("an answer is an object");
    }
    Reader in = new Reader(object);
    String verdict = in.text("verdict");
    if (!verdict.equals("approved") && !verdict.equals("rejected")) {
      throw new MalformedException("unknown verdict " + verdict);
    }
    return new Answer(
        verdict.equals("approved"),
        in.text("issuer"),
        in.text("subject"),
        in.text("name"),
        in.texts("groups"),
        in.text("by"),
        in.text("reason"),
        in.time("at"));
  }

  /** Takes what must be there out of an object. */
  private record Reader(Map<?, ?> object) {

    private <T> T value(String key, Class<T> type) {
      Object value = object.get(key);
      if (!type.isInstance(value)) {
        throw new MalformedException(key + " is missing, or not what it should be");
      }
      return type.cast(value);
    }

    String text(String key) {
      return value(key, String.class);
    }

    long number(String key) {
      return value(key, Long.class);
    }

    int count() {
      long count = number("count");
      if (count < 1 || count > Integer.MAX_VALUE) {
        throw new MalformedException("count is " + count);
      }
      return (int) count;
    }

    boolean truth(String key) {
      return value(key, Boolean.class);
    }

    List<?> list(String key) {
      return value(key, List.class);
    }

    List<String> texts(String key) {
      List<String> texts = new ArrayList<>();
      for (Object text : list(key)) {
        texts.add(asText(key, text));
      }
      return texts;
    }

    SortedMap<String, String> named(String key) {
      SortedMap<String, String> named = new TreeMap<>();
      Map<?, ?> members = value(key, Map.class);
      for (Map.Entry<?, ?> entry : members.entrySet()) {
        named.put((String) entry.getKey(), asText(key, entry.getValue()));
      }
      return named;
    }

    Instant time(String key) {
      try {
        return Instant.parse(text(key));
      } catch (DateTimeException e) {
        throw new MalformedException(key + " is no time");
      }
    }

    Request.State state() {
      String word = text("state");
      for (Request.State state : Request.State.values()) {
        if (state.name().toLowerCase(Locale.ROOT).equals(word)) {
          return state;
        }
      }
      throw new MalformedException("unknown state " + word);
    }

    private static String asText(String key, Object value) {
      if (value instanceof String text) {
        return text;
      }
      throw new MalformedException(key + " holds texts");
    }
  }
}
