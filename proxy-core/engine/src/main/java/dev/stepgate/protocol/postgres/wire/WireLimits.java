package dev.stepgate.protocol.postgres.wire;

/**
 * How long a message may be, in bytes of its body (what its length word says, without the word).
 * Every limit is judged when the header is there, before the body is waited for.
 *
 * @param statement Query and Parse: text that must be understood as a whole
 * @param values Bind and FunctionCall
 * @param data CopyData, DataRow and FunctionCallResponse: a row's or value's size
 * @param description RowDescription, ParameterDescription and what a server may say at length
 *     (errors, notices, notifications, parameter status, command tags)
 * @param control everything else; the server's own limit for such messages is 10,000
 */
public record WireLimits(int statement, int values, int data, int description, int control) {

  /** What PostgreSQL itself will never exceed: {@code MaxAllocSize - 1}. */
  public static final int POSTGRES_MAX_BYTES = 0x3fff_fffe;

  /** As much as the server takes or sends. */
  public static final WireLimits POSTGRES =
      new WireLimits(
          POSTGRES_MAX_BYTES, POSTGRES_MAX_BYTES, POSTGRES_MAX_BYTES, POSTGRES_MAX_BYTES, 10_000);

  /** For a gateway that holds statements and parameters in memory while it decides. */
  public static final WireLimits DEFAULT =
      new WireLimits(16 << 20, 64 << 20, POSTGRES_MAX_BYTES, 1 << 20, 10_000);

  /** Checks that each is positive and none above the server's. */
  public WireLimits {
    check("statement", statement);
    check("values", values);
    check("data", data);
    check("description", description);
    check("control", control);
  }

  private static void check(String name, int limit) {
    if (limit < 1 || limit > POSTGRES_MAX_BYTES) {
      throw new IllegalArgumentException(
          name + " limit is " + limit + " bytes, 1 to " + POSTGRES_MAX_BYTES + " expected");
    }
  }
}
