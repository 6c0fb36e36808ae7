package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** What a client may send first. It has no type byte: length, then a code or a version. */
public sealed interface StartupRequest
    permits SSLRequest, GSSENCRequest, CancelRequest, StartupMessage {

  /** Appends the whole message. */
  void encode(ByteBuf out);
}
