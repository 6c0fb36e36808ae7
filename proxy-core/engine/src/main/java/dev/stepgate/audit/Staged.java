package dev.stepgate.audit;

import dev.stepgate.audit.tree.EntryBundle;
import dev.stepgate.audit.tree.MalformedException;
import dev.stepgate.audit.tree.TreeHash;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A batch as it is written before anything is signed: {@code stepgate-staged v1 <first> <count>
 * <bytes> <SHA-256>}, a newline, the leaves. What an older and longer batch left behind them is of
 * no account.
 *
 * @param first the index of its first leaf
 * @param leaves at least one
 */
record Staged(long first, List<byte[]> leaves) {

  private static final Pattern HEADER =
      Pattern.compile("stepgate-staged v1 ([0-9]{1,16}) ([0-9]{1,9}) ([0-9]{1,9}) ([0-9a-f]{64})");
  private static final int MAX_HEADER_BYTES = 128;

  /** The size of the log once the batch is in it. */
  long end() {
    return first + leaves.size();
  }

  byte[] encode() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    leaves.forEach(leaf -> EntryBundle.append(body, leaf));
    byte[] bytes = body.toByteArray();
    String header =
        String.format(
            "stepgate-staged v1 %d %d %d %s\n",
            first, leaves.size(), bytes.length, TreeHash.plain(bytes));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(bytes);
    return all.toByteArray();
  }

  /** The batch, or nothing if it was never written whole. */
  static Optional<Staged> decode(byte[] bytes) {
    int newline = 0;
    while (newline < Math.min(bytes.length, MAX_HEADER_BYTES) && bytes[newline] != '\n') {
      newline++;
    }
    Matcher header = HEADER.matcher(new String(bytes, 0, newline, StandardCharsets.US_ASCII));
    if (!header.matches()) {
      return Optional.empty();
    }
    int from = newline + 1;
    int length = Integer.parseInt(header.group(3));
    if (length > bytes.length - from) {
      return Optional.empty();
    }
    byte[] body = Arrays.copyOfRange(bytes, from, from + length);
    if (!TreeHash.plain(body).hex().equals(header.group(4))) {
      return Optional.empty();
    }
    try {
      List<byte[]> leaves = EntryBundle.split(body, Integer.parseInt(header.group(2)));
      return Optional.of(new Staged(Long.parseLong(header.group(1)), leaves));
    } catch (MalformedException e) {
      return Optional.empty();
    }
  }
}
