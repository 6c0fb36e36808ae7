package dev.stepgate.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the part of YAML that a configuration needs from the parser's events: one document of
 * mappings, lists and plain or quoted text. Anchors, aliases, tags, merges and further documents
 * are errors, so nothing is expanded and no object is made from what a file says.
 */
final class YamlReader {

  /** Largest file, in bytes. */
  static final int MAX_BYTES = 256 << 10;

  /** Deepest nesting. */
  static final int MAX_DEPTH = 8;

  private final Problems problems;
  private Iterator<Event> events;

  private YamlReader(Problems problems) {
    this.problems = problems;
  }

  /** The document in {@code bytes}, or null with what is wrong in {@code problems}. */
  static YamlNode read(byte[] bytes, Problems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.add(0, "", "has " + bytes.length + " bytes, more than " + MAX_BYTES);
      return null;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new YamlReader(problems).document(text);
    } catch (CharacterCodingException e) {
      problems.add(0, "", "is not UTF-8");
    } catch (Unsupported e) {
      problems.add(e.line, "", e.getMessage());
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(YamlReader::line).orElse(0);
      problems.add(line, "", "is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      problems.add(0, "", "is not YAML: " + firstLine(e.getMessage()));
    }
    return null;
  }

  private YamlNode document(String text) {
    LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
    events = new Parse(settings).parseString(text).iterator();
    YamlNode root = null;
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case DocumentStart -> {
          if (root != null) {
            throw new Unsupported(line(event), "holds more than one document");
          }
          root = node(events.next(), 1);
        }
        default -> {
          // Stream start and end, document end: nothing to keep.
        }
      }
    }
    if (root == null) {
      throw new Unsupported(0, "is empty");
    }
    return root;
  }

  private YamlNode node(Event event, int depth) {
    int line = line(event);
    if (event instanceof AliasEvent
        || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw new Unsupported(line, "uses an anchor or alias, which is not read here");
    }
    if (depth > MAX_DEPTH) {
      throw new Unsupported(line, "is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (event instanceof ScalarEvent scalar) {
      refuseTag(scalar.getTag().isPresent(), line);
      return new YamlNode.Scalar(line, scalar.getValue());
    }
    if (event instanceof SequenceStartEvent sequence) {
      refuseTag(sequence.getTag().isPresent(), line);
      return new YamlNode.Sequence(line, items(depth));
    }
    if (event instanceof MappingStartEvent mapping) {
      refuseTag(mapping.getTag().isPresent(), line);
      return new YamlNode.Mapping(line, entries(depth));
    }
    throw new Unsupported(line, "holds something that is not read here: " + event.getEventId());
  }

  private List<YamlNode> items(int depth) {
    List<YamlNode> items = new ArrayList<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      items.add(node(next, depth + 1));
    }
    return items;
  }

  private Map<String, YamlNode.Entry> entries(int depth) {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      YamlNode key = node(next, depth + 1);
      if (!(key instanceof YamlNode.Scalar name)) {
        throw new Unsupported(key.line(), "has " + key.kind() + " where a key is expected");
      }
      YamlNode value = node(events.next(), depth + 1);
      YamlNode.Entry first =
          entries.putIfAbsent(name.text(), new YamlNode.Entry(name.line(), value));
      if (first != null) {
        problems.add(
            name.line(), name.text(), "stands twice in its section, first on line " + first.line());
      }
    }
    return entries;
  }

  private static void refuseTag(boolean tagged, int line) {
    if (tagged) {
      throw new Unsupported(line, "uses a tag, which is not read here");
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(YamlReader::line).orElse(0);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  private static String firstLine(String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  private static final class Unsupported extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int line;

    Unsupported(int line, String message) {
      super(message);
      this.line = line;
    }
  }
}
