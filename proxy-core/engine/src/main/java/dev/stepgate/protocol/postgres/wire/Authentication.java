package dev.stepgate.protocol.postgres.wire;

import io.netty.buffer.ByteBuf;

/** The server's authentication requests: type {@code R}, told apart by an Int32. */
public sealed interface Authentication extends BackendMessage
    permits AuthenticationCleartextPassword,
        AuthenticationGSS,
        AuthenticationGSSContinue,
        AuthenticationKerberosV5,
        AuthenticationMD5Password,
        AuthenticationOk,
        AuthenticationSASL,
        AuthenticationSASLContinue,
        AuthenticationSASLFinal,
        AuthenticationSSPI {

  /** The type byte that all of them share. */
  char TYPE = 'R';

  /** Decodes any of them. */
  static Authentication decode(MessageReader in) {
    int code = in.int32("request code");
    return switch (code) {
      case AuthenticationOk.CODE -> AuthenticationOk.decode(in);
      case AuthenticationKerberosV5.CODE -> AuthenticationKerberosV5.decode(in);
      case AuthenticationCleartextPassword.CODE -> AuthenticationCleartextPassword.decode(in);
      case AuthenticationMD5Password.CODE -> AuthenticationMD5Password.decode(in);
      case AuthenticationGSS.CODE -> AuthenticationGSS.decode(in);
      case AuthenticationGSSContinue.CODE -> AuthenticationGSSContinue.decode(in);
      case AuthenticationSSPI.CODE -> AuthenticationSSPI.decode(in);
      case AuthenticationSASL.CODE -> AuthenticationSASL.decode(in);
      case AuthenticationSASLContinue.CODE -> AuthenticationSASLContinue.decode(in);
      case AuthenticationSASLFinal.CODE -> AuthenticationSASLFinal.decode(in);
      default ->
          throw WireException.undefined(
              WireException.Fault.VALUE, in.message(), "request code", code);
    };
  }

  /** Begins the message. */
  static int begin(ByteBuf out, int code) {
    int start = Frame.begin(out, TYPE);
    out.writeInt(code);
    return start;
  }
}
