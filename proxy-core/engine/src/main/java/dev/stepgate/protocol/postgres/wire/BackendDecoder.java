package dev.stepgate.protocol.postgres.wire;

/**
 * Decodes what a server sends, authentication included.
 *
 * <p>One decoder serves one connection on one thread. Messages with values or data are views of the
 * buffer that was decoded.
 */
public final class BackendDecoder extends FrameDecoder<BackendMessage> {

  private final WireLimits limits;

  /** A decoder with these limits. */
  public BackendDecoder(WireLimits limits) {
    this(limits, new MessageReader());
  }

  BackendDecoder(WireLimits limits, MessageReader reader) {
    super(reader);
    this.limits = limits;
  }

  @Override
  int limit(int type) {
    return switch (type) {
      case DataRow.TYPE, CopyData.TYPE, FunctionCallResponse.TYPE -> limits.data();
      case RowDescription.TYPE,
          ParameterDescription.TYPE,
          ErrorResponse.TYPE,
          NoticeResponse.TYPE,
          NotificationResponse.TYPE,
          ParameterStatus.TYPE,
          CommandComplete.TYPE,
          CopyInResponse.TYPE,
          CopyOutResponse.TYPE,
          CopyBothResponse.TYPE,
          Authentication.TYPE ->
          limits.description();
      case BackendKeyData.TYPE,
          NegotiateProtocolVersion.TYPE,
          ReadyForQuery.TYPE,
          ParseComplete.TYPE,
          BindComplete.TYPE,
          CloseComplete.TYPE,
          NoData.TYPE,
          PortalSuspended.TYPE,
          EmptyQueryResponse.TYPE,
          CopyDone.TYPE ->
          limits.control();
      default -> throw unknown(type);
    };
  }

  @Override
  String name(int type) {
    return switch (type) {
      case DataRow.TYPE -> "DataRow";
      case CopyData.TYPE -> "CopyData";
      case FunctionCallResponse.TYPE -> "FunctionCallResponse";
      case RowDescription.TYPE -> "RowDescription";
      case ParameterDescription.TYPE -> "ParameterDescription";
      case ErrorResponse.TYPE -> "ErrorResponse";
      case NoticeResponse.TYPE -> "NoticeResponse";
      case NotificationResponse.TYPE -> "NotificationResponse";
      case ParameterStatus.TYPE -> "ParameterStatus";
      case CommandComplete.TYPE -> "CommandComplete";
      case CopyInResponse.TYPE -> "CopyInResponse";
      case CopyOutResponse.TYPE -> "CopyOutResponse";
      case CopyBothResponse.TYPE -> "CopyBothResponse";
      case Authentication.TYPE -> "Authentication";
      case BackendKeyData.TYPE -> "BackendKeyData";
      case NegotiateProtocolVersion.TYPE -> "NegotiateProtocolVersion";
      case ReadyForQuery.TYPE -> "ReadyForQuery";
      case ParseComplete.TYPE -> "ParseComplete";
      case BindComplete.TYPE -> "BindComplete";
      case CloseComplete.TYPE -> "CloseComplete";
      case NoData.TYPE -> "NoData";
      case PortalSuspended.TYPE -> "PortalSuspended";
      case EmptyQueryResponse.TYPE -> "EmptyQueryResponse";
      case CopyDone.TYPE -> "CopyDone";
      default -> throw unknown(type);
    };
  }

  @Override
  BackendMessage message(int type, MessageReader in) {
    return switch (type) {
      case DataRow.TYPE -> DataRow.decode(in);
      case CopyData.TYPE -> CopyData.decode(in);
      case FunctionCallResponse.TYPE -> FunctionCallResponse.decode(in);
      case RowDescription.TYPE -> RowDescription.decode(in);
      case ParameterDescription.TYPE -> ParameterDescription.decode(in);
      case ErrorResponse.TYPE -> ErrorResponse.decode(in);
      case NoticeResponse.TYPE -> NoticeResponse.decode(in);
      case NotificationResponse.TYPE -> NotificationResponse.decode(in);
      case ParameterStatus.TYPE -> ParameterStatus.decode(in);
      case CommandComplete.TYPE -> CommandComplete.decode(in);
      case CopyInResponse.TYPE -> CopyInResponse.decode(in);
      case CopyOutResponse.TYPE -> CopyOutResponse.decode(in);
      case CopyBothResponse.TYPE -> CopyBothResponse.decode(in);
      case Authentication.TYPE -> Authentication.decode(in);
      case BackendKeyData.TYPE -> BackendKeyData.decode(in);
      case NegotiateProtocolVersion.TYPE -> NegotiateProtocolVersion.decode(in);
      case ReadyForQuery.TYPE -> ReadyForQuery.decode(in);
      case ParseComplete.TYPE -> ParseComplete.decode(in);
      case BindComplete.TYPE -> BindComplete.decode(in);
      case CloseComplete.TYPE -> CloseComplete.decode(in);
      case NoData.TYPE -> NoData.decode(in);
      case PortalSuspended.TYPE -> PortalSuspended.decode(in);
      case EmptyQueryResponse.TYPE -> EmptyQueryResponse.decode(in);
      case CopyDone.TYPE -> CopyDone.decode(in);
      default -> throw unknown(type);
    };
  }

  private static WireException unknown(int type) {
    return WireException.undefined(WireException.Fault.TYPE, "backend message", "type byte", type);
  }
}
