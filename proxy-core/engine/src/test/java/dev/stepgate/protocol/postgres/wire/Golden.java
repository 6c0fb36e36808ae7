package dev.stepgate.protocol.postgres.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * Holds a message's class against bytes that were written by hand: hex digits, and text between
 * apostrophes, spaces between them as one likes.
 */
final class Golden {

  private Golden() {}

  /** The bytes that {@code notation} stands for. */
  static byte[] bytes(String notation) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String[] parts = notation.split("'", -1);
    for (int i = 0; i < parts.length; i++) {
      out.writeBytes(
          i % 2 == 1
              ? parts[i].getBytes(StandardCharsets.UTF_8)
              : HexFormat.of().parseHex(parts[i].replace(" ", "")));
    }
    return out.toByteArray();
  }

  static ByteBuf buffer(String notation) {
    return Unpooled.wrappedBuffer(bytes(notation));
  }

  static void frontend(String notation, FrontendMessage message) {
    check(notation, message, Golden::decodeFrontend, Golden.encoded(message));
  }

  static void backend(String notation, BackendMessage message) {
    check(notation, message, Golden::decodeBackend, Golden.encoded(message));
  }

  static void startup(String notation, StartupRequest message) {
    byte[] encoded = encoded(message);
    Function<ByteBuf, StartupRequest> decode = in -> new StartupDecoder().decode(in);
    readsAndWrites(notation, message, decode, encoded);
    needsEveryByte(bytes(notation), decode);
  }

  /** Reads it, writes it, waits for its last byte, and refuses it one byte shorter or longer. */
  static <M> void check(String notation, M message, Function<ByteBuf, M> decode, byte[] encoded) {
    readsAndWrites(notation, message, decode, encoded);
    needsEveryByte(bytes(notation), decode);
    if (!(message instanceof CopyData)) {
      refusesAnyOtherLength(bytes(notation), decode);
    }
  }

  static <M> void readsAndWrites(
      String notation, M message, Function<ByteBuf, M> decode, byte[] encoded) {
    ByteBuf in = buffer(notation + "ff");
    assertThat(decode.apply(in)).isEqualTo(message).hasSameHashCodeAs(message);
    assertThat(in.readableBytes()).as("what belongs to the next message").isEqualTo(1);
    assertThat(ByteBufUtil.hexDump(encoded)).isEqualTo(ByteBufUtil.hexDump(bytes(notation)));
  }

  static <M> void needsEveryByte(byte[] message, Function<ByteBuf, M> decode) {
    for (int there = 0; there < message.length; there++) {
      ByteBuf in = Unpooled.wrappedBuffer(message, 0, there);
      assertThat(decode.apply(in)).as("with %d of %d bytes", there, message.length).isNull();
      assertThat(in.readableBytes()).as("nothing is consumed").isEqualTo(there);
    }
  }

  private static <M> void refusesAnyOtherLength(byte[] message, Function<ByteBuf, M> decode) {
    for (int body = 0; body < message.length - Frame.HEADER_BYTES; body++) {
      byte[] shorter = Arrays.copyOf(message, Frame.HEADER_BYTES + body);
      refuses(withLength(shorter), decode);
    }
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    refuses(withLength(longer), decode);
  }

  private static byte[] withLength(byte[] message) {
    ByteBuffer.wrap(message).putInt(1, message.length - 1);
    return message;
  }

  private static <M> void refuses(byte[] message, Function<ByteBuf, M> decode) {
    assertThatExceptionOfType(WireException.class)
        .as(() -> ByteBufUtil.hexDump(message))
        .isThrownBy(() -> decode.apply(Unpooled.wrappedBuffer(message)));
  }

  /** The refusal of a frontend message. */
  static WireException frontendRefusal(String notation) {
    return refusal(notation, Golden::decodeFrontend);
  }

  /** The refusal of a backend message. */
  static WireException backendRefusal(String notation) {
    return refusal(notation, Golden::decodeBackend);
  }

  static WireException refusal(String notation, Function<ByteBuf, ?> decode) {
    try {
      Object message = decode.apply(buffer(notation));
      throw new AssertionError("not refused: " + message);
    } catch (WireException e) {
      return e;
    }
  }

  static FrontendMessage decodeFrontend(ByteBuf in) {
    return new FrontendDecoder(WireLimits.DEFAULT).decode(in);
  }

  static BackendMessage decodeBackend(ByteBuf in) {
    return new BackendDecoder(WireLimits.DEFAULT).decode(in);
  }

  static byte[] encoded(FrontendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] encoded(BackendMessage message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] encoded(StartupRequest message) {
    ByteBuf out = Unpooled.buffer();
    message.encode(out);
    return ByteBufUtil.getBytes(out);
  }
}
