package dev.stepgate.protocol.postgres;

/** The SQLSTATEs that the gateway itself uses (manual, appendix "PostgreSQL Error Codes"). */
final class SqlState {

  /** connection_exception. */
  static final String CONNECTION = "08000";

  /** sqlclient_unable_to_establish_sqlconnection. */
  static final String CANNOT_CONNECT = "08001";

  /** sqlserver_rejected_establishment_of_sqlconnection. */
  static final String REJECTED = "08004";

  /** connection_failure. */
  static final String CONNECTION_FAILURE = "08006";

  /** protocol_violation. */
  static final String PROTOCOL = "08P01";

  /** invalid_authorization_specification. */
  static final String AUTHORIZATION = "28000";

  /** invalid_password. */
  static final String PASSWORD = "28P01";

  /** invalid_catalog_name. */
  static final String NO_DATABASE = "3D000";

  /** insufficient_privilege. */
  static final String REFUSED = "42501";

  /** feature_not_supported. */
  static final String NOT_SUPPORTED = "0A000";

  /** program_limit_exceeded. */
  static final String LIMIT = "54000";

  /** out_of_memory. */
  static final String OUT_OF_MEMORY = "53200";

  /** too_many_connections. */
  static final String TOO_MANY = "53300";

  /** query_canceled. */
  static final String CANCELLED = "57014";

  /** admin_shutdown. */
  static final String SHUTDOWN = "57P01";

  /** io_error. */
  static final String NO_EVIDENCE = "58030";

  /** internal_error. */
  static final String INTERNAL = "XX000";

  private SqlState() {}
}
