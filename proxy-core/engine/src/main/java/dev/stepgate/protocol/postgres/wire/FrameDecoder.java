package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/**
 * What both decoders share: header, limit, wait, body. The body is cut out of the buffer before its
 * fields are read, so that no field can reach into the next message.
 *
 * @param <M> the sealed type of messages
 */
abstract sealed class FrameDecoder<M> permits FrontendDecoder, BackendDecoder {

  private final MessageReader reader;

  FrameDecoder(MessageReader reader) {
    this.reader = reader;
  }

  /**
   * The next message, consumed; or null if it is not all there, and then nothing is consumed. Type
   * and length are judged as soon as they are there.
   *
   * @throws WireException if it is malformed, unknown or too long; the buffer is then of no use
   */
  public final M decode(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    int type = in.getUnsignedByte(in.readerIndex());
    int limit = limit(type);
    if (in.readableBytes() < Frame.HEADER_BYTES) {
      return null;
    }
    int length = in.getInt(in.readerIndex() + 1);
    reader.frame(name(type), length, 0, limit);
    if (in.readableBytes() - 1 < length) {
      return null;
    }
    in.skipBytes(Frame.HEADER_BYTES);
    ByteBuf body = in.readSlice(length - Frame.LENGTH_BYTES);
    return message(type, reader.over(body, name(type)));
  }

  /**
   * The most bytes that a body of this type may have.
   *
   * @throws WireException if there is no such type
   */
  abstract int limit(int type);

  /** The message's name in the manual. */
  abstract String name(int type);

  /** Decodes the body. */
  abstract M message(int type, MessageReader in);
}
