package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** Asks for Kerberos V5; no server in use sends it. */
public record AuthenticationKerberosV5() implements Authentication {

  static final int CODE = 2;

  static AuthenticationKerberosV5 decode(MessageReader in) {
    in.end();
    return new AuthenticationKerberosV5();
  }

  @Override
  public void encode(ByteBuf out) {
    Frame.end(out, Authentication.begin(out, CODE));
  }
}
