package dev.stepgate.identity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object of somebody else's making: UTF-8 and nothing else, no member twice (two readers
 * could each take another one), nothing after it, bounded in depth and lengths.
 */
public final class StrictJson {

  private static final int MAX_DEPTH = 8;
  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_NUMBER_CHARS = 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNameLength(MAX_NAME_CHARS)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StrictJson() {}

  /** Not such an object. The message holds nothing of the text. */
  @SuppressWarnings("serial")
  public static final class NotJson extends Exception {
    NotJson(String message) {
      super(message, null, false, false);
    }
  }

  /** Reads an object. The caller has bounded {@code bytes}. */
  public static ObjectNode object(byte[] bytes) throws NotJson {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      JsonNode node = MAPPER.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new NotJson("not a JSON object");
    } catch (CharacterCodingException e) {
      throw new NotJson("not UTF-8");
    } catch (JsonProcessingException e) {
      String said = e.getOriginalMessage();
      throw new NotJson(
          said != null && said.startsWith("Duplicate field")
              ? "a JSON member stands there twice"
              : "not a JSON object within the limits");
    }
  }
}
