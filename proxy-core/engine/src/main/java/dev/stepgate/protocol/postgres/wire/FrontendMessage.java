package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** What a client sends once the session is open, and while it authenticates. */
public sealed interface FrontendMessage
    permits Bind,
        Close,
        CopyData,
        CopyDone,
        CopyFail,
        Describe,
        Execute,
        Flush,
        FunctionCall,
        Parse,
        PasswordMessage,
        Query,
        SASLInitialResponse,
        SASLResponse,
        Sync,
        Terminate {

  /** Appends the whole message, type byte and length included. */
  void encode(ByteBuf out);
}
