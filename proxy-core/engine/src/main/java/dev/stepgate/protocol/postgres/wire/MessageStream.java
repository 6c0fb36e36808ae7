package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Cuts one direction's recorded bytes into messages and has each printed. It holds back no more
 * than one message, and takes memory only for bytes that came. Never throws for what the bytes are.
 *
 * @param <M> the direction's messages
 */
final class MessageStream<M> {

  /** A longer message is told, not shown; in bytes. */
  static final int MAX_SHOWN_BYTES = 64 << 20;

  private static final int SHOWN_OF_UNREADABLE = 64;

  /** Shows a message of a direction. */
  interface Show<M> {
    void message(int type, M message, Consumer<String> lines);

    /** Shows the beginning of a message of which the rest is missing. */
    void beginning(int type, byte[] body, Consumer<String> lines);
  }

  private final FrameDecoder<M> decoder;
  private final Show<M> show;
  private final Consumer<String> lines;
  private final ByteBuf held = Unpooled.buffer();

  /** Bytes of a message that is not shown, still to come. */
  private long skipped;

  /** Whether no message boundary is known any more. */
  private boolean lost;

  MessageStream(FrameDecoder<M> decoder, Show<M> show, Consumer<String> lines) {
    this.decoder = decoder;
    this.show = show;
    this.lines = lines;
  }

  /** Prints the messages that the piece completes. */
  void print(ByteBuffer piece) {
    held.writeBytes(piece.duplicate());
    if (lost) {
      unreadable("no message boundary is known");
      return;
    }
    while (passOver() && one()) {
      held.discardSomeReadBytes();
    }
    held.discardReadBytes();
  }

  /** Some bytes are not there. What comes next is taken to begin with a message. */
  void missing(long bytes) {
    beginning("then " + bytes + " bytes are not there");
    lost = false;
    skipped = 0;
  }

  /** Nothing more will come. */
  void end() {
    beginning("the rest is not there");
  }

  private boolean passOver() {
    int passed = (int) Math.min(skipped, held.readableBytes());
    held.skipBytes(passed);
    skipped -= passed;
    return skipped == 0;
  }

  /** Prints one message; false if it is not all there. */
  private boolean one() {
    if (held.readableBytes() < Frame.HEADER_BYTES) {
      return false;
    }
    int type = held.getUnsignedByte(held.readerIndex());
    int length = held.getInt(held.readerIndex() + 1);
    String name = nameOf(type);
    if (name == null || length < Frame.LENGTH_BYTES) {
      lost = true;
      unreadable("no message begins here");
      return false;
    }
    if (length - Frame.LENGTH_BYTES > MAX_SHOWN_BYTES) {
      lines.accept(name + ": " + (length - Frame.LENGTH_BYTES) + " bytes, too long to be shown");
      skipped = 1L + length;
      return true;
    }
    if (held.readableBytes() - 1 < length) {
      return false;
    }
    decode(type, name, held.readSlice(1 + length));
    return true;
  }

  private void decode(int type, String name, ByteBuf frame) {
    ByteBuf body = frame.slice(Frame.HEADER_BYTES, frame.readableBytes() - Frame.HEADER_BYTES);
    if (type == AuthenticationResponses.TYPE) {
      lines.accept(name + ": " + body.readableBytes() + " bytes, not shown");
      return;
    }
    try {
      show.message(type, decoder.decode(frame), lines);
    } catch (WireException e) {
      lines.accept("malformed " + e.getMessage() + ": " + beginningOf(body));
    }
  }

  private String nameOf(int type) {
    if (type == AuthenticationResponses.TYPE && decoder instanceof FrontendDecoder) {
      return "authentication response";
    }
    try {
      return decoder.name(type);
    } catch (WireException e) {
      return null;
    }
  }

  private void unreadable(String why) {
    if (held.isReadable()) {
      int bytes = held.readableBytes();
      lines.accept("unreadable, " + why + ": " + bytes + " bytes, " + beginningOf(held));
      held.clear();
    }
  }

  private void beginning(String why) {
    if (lost || skipped > 0) {
      held.clear();
      return;
    }
    String name = held.isReadable() ? nameOf(held.getUnsignedByte(held.readerIndex())) : null;
    if (name == null || held.readableBytes() < Frame.HEADER_BYTES) {
      unreadable(why);
      return;
    }
    int type = held.readUnsignedByte();
    int length = held.readInt() - Frame.LENGTH_BYTES;
    lines.accept(name + ": " + held.readableBytes() + " of " + length + " bytes, " + why);
    if (type != AuthenticationResponses.TYPE) {
      show.beginning(type, ByteBufUtil.getBytes(held), lines);
    }
    held.clear();
  }

  private static String beginningOf(ByteBuf bytes) {
    int shown = Math.min(bytes.readableBytes(), SHOWN_OF_UNREADABLE);
    return "\\x"
        + ByteBufUtil.hexDump(bytes, bytes.readerIndex(), shown)
        + (shown < bytes.readableBytes() ? "…" : "");
  }
}
