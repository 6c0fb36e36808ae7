package dev.stepgate.protocol.postgres.wire;

/**
 * Decodes what a client sends once its session is open. Type {@code p} has no place then: see
 * {@link AuthenticationResponses}.
 *
 * <p>One decoder serves one connection on one thread. Messages with values or data are views of the
 * buffer that was decoded.
 */
public final class FrontendDecoder extends FrameDecoder<FrontendMessage> {

  private final WireLimits limits;

  /** A decoder with these limits. */
  public FrontendDecoder(WireLimits limits) {
    this(limits, new MessageReader());
  }

  FrontendDecoder(WireLimits limits, MessageReader reader) {
    super(reader);
    this.limits = limits;
  }

  @Override
  int limit(int type) {
    return switch (type) {
      case Query.TYPE, Parse.TYPE -> limits.statement();
      case Bind.TYPE, FunctionCall.TYPE -> limits.values();
      case CopyData.TYPE -> limits.data();
      case Execute.TYPE,
          Describe.TYPE,
          Close.TYPE,
          Sync.TYPE,
          Flush.TYPE,
          CopyDone.TYPE,
          CopyFail.TYPE,
          Terminate.TYPE ->
          limits.control();
      default -> throw unknown(type);
    };
  }

  @Override
  String name(int type) {
    return switch (type) {
      case Query.TYPE -> "Query";
      case Parse.TYPE -> "Parse";
      case Bind.TYPE -> "Bind";
      case FunctionCall.TYPE -> "FunctionCall";
      case CopyData.TYPE -> "CopyData";
      case Execute.TYPE -> "Execute";
      case Describe.TYPE -> "Describe";
      case Close.TYPE -> "Close";
      case Sync.TYPE -> "Sync";
      case Flush.TYPE -> "Flush";
      case CopyDone.TYPE -> "CopyDone";
      case CopyFail.TYPE -> "CopyFail";
      case Terminate.TYPE -> "Terminate";
      default -> throw unknown(type);
    };
  }

  @Override
  FrontendMessage message(int type, MessageReader in) {
    return switch (type) {
      case Query.TYPE -> Query.decode(in);
      case Parse.TYPE -> Parse.decode(in);
      case Bind.TYPE -> Bind.decode(in);
      case FunctionCall.TYPE -> FunctionCall.decode(in);
      case CopyData.TYPE -> CopyData.decode(in);
      case Execute.TYPE -> Execute.decode(in);
      case Describe.TYPE -> Describe.decode(in);
      case Close.TYPE -> Close.decode(in);
      case Sync.TYPE -> Sync.decode(in);
      case Flush.TYPE -> Flush.decode(in);
      case CopyDone.TYPE -> CopyDone.decode(in);
      case CopyFail.TYPE -> CopyFail.decode(in);
      case Terminate.TYPE -> Terminate.decode(in);
      default -> throw unknown(type);
    };
  }

  private static WireException unknown(int type) {
    return WireException.undefined(WireException.Fault.TYPE, "frontend message", "type byte", type);
  }
}
