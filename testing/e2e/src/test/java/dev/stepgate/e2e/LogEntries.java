package dev.stepgate.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The log's leaves, read from its entry bundles as C2SP tlog-tiles lays them out. */
final class LogEntries {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FULL = 256;

  private LogEntries() {}

  /** All leaves that the checkpoint covers, in order. */
  static List<JsonNode> below(Path state) {
    Path log = state.resolve("log");
    try {
      long size = Long.parseLong(Files.readAllLines(log.resolve("checkpoint")).get(1));
      List<JsonNode> leaves = new ArrayList<>();
      for (long bundle = 0; bundle * FULL < size; bundle++) {
        long width = Math.min(FULL, size - bundle * FULL);
        String suffix = width < FULL ? ".p/" + width : "";
        byte[] bytes = Files.readAllBytes(log.resolve("tile/entries/" + path(bundle) + suffix));
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
          byte[] leaf = new byte[in.getShort() & 0xffff];
          in.get(leaf);
          leaves.add(JSON.readTree(leaf));
        }
      }
      return leaves;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tile's number in groups of three digits, all but the last behind an x: x001/x234/067. */
  private static String path(long number) {
    String path = String.format("%03d", number % 1000);
    for (long rest = number / 1000; rest > 0; rest /= 1000) {
      path = String.format("x%03d/", rest % 1000) + path;
    }
    return path;
  }
}
