package dev.stepgate.protocol.postgres.wire;

import dev.stepgate.protocol.postgres.wire.WireException.Fault;
import io.netty.buffer.ByteBuf;
import java.util.function.Function;

/**
 * Decodes a client's answers to authentication requests. They share one type byte, {@code p}, and
 * only who asked knows which of them it is. Each method answers like a decoder: the message
 * consumed, null if it is not all there, or a {@link WireException}.
 */
public final class AuthenticationResponses {

  /** The type byte that all of them share. */
  static final char TYPE = 'p';

  /** The longest password message, in bytes; the server's {@code PG_MAX_AUTH_TOKEN_LENGTH}. */
  public static final int MAX_PASSWORD_BYTES = 65_535;

  /** The longest SASL message, in bytes; the server's {@code PG_MAX_SASL_MESSAGE_LENGTH}. */
  public static final int MAX_SASL_BYTES = 1_024;

  private final MessageReader reader;

  /** A decoder for one connection. */
  public AuthenticationResponses() {
    this(new MessageReader());
  }

  AuthenticationResponses(MessageReader reader) {
    this.reader = reader;
  }

  /** The answer to AuthenticationCleartextPassword or AuthenticationMD5Password. */
  public PasswordMessage password(ByteBuf in) {
    return decode(in, "PasswordMessage", MAX_PASSWORD_BYTES, PasswordMessage::decode);
  }

  /** The answer to AuthenticationSASL. */
  public SASLInitialResponse saslInitialResponse(ByteBuf in) {
    return decode(in, "SASLInitialResponse", MAX_SASL_BYTES, SASLInitialResponse::decode);
  }

  /** The answer to AuthenticationSASLContinue. */
  public SASLResponse saslResponse(ByteBuf in) {
    return decode(in, "SASLResponse", MAX_SASL_BYTES, SASLResponse::decode);
  }

  private <M> M decode(ByteBuf in, String name, int limit, Function<MessageReader, M> fields) {
    if (!in.isReadable()) {
      return null;
    }
    int type = in.getUnsignedByte(in.readerIndex());
    if (type != TYPE) {
      throw WireException.undefined(Fault.TYPE, name, "in its place, type byte", type);
    }
    if (in.readableBytes() < Frame.HEADER_BYTES) {
      return null;
    }
    int length = in.getInt(in.readerIndex() + 1);
    reader.frame(name, length, 0, limit);
    if (in.readableBytes() - 1 < length) {
      return null;
    }
    in.skipBytes(Frame.HEADER_BYTES);
    return fields.apply(reader.over(in.readSlice(length - Frame.LENGTH_BYTES), name));
  }
}
