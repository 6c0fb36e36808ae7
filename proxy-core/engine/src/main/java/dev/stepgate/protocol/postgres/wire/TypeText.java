package dev.stepgate.protocol.postgres.wire;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;

/**
 * The names of PostgreSQL's commonest types ({@code pg_type.dat}; their OIDs never change) and
 * their binary form as text. A type that is not here is named by its OID and shown in hex.
 */
final class TypeText {

  private static final int BOOL = 16;
  private static final int INT8 = 20;
  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int OID = 26;
  private static final int FLOAT4 = 700;
  private static final int FLOAT8 = 701;
  private static final int DATE = 1082;
  private static final int TIMESTAMP = 1114;
  private static final int TIMESTAMPTZ = 1184;
  private static final int UUID_TYPE = 2950;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(BOOL, "bool"),
          Map.entry(17, "bytea"),
          Map.entry(18, "char"),
          Map.entry(19, "name"),
          Map.entry(INT8, "int8"),
          Map.entry(INT2, "int2"),
          Map.entry(INT4, "int4"),
          Map.entry(25, "text"),
          Map.entry(OID, "oid"),
          Map.entry(114, "json"),
          Map.entry(FLOAT4, "float4"),
          Map.entry(FLOAT8, "float8"),
          Map.entry(705, "unknown"),
          Map.entry(1042, "bpchar"),
          Map.entry(1043, "varchar"),
          Map.entry(DATE, "date"),
          Map.entry(1083, "time"),
          Map.entry(TIMESTAMP, "timestamp"),
          Map.entry(TIMESTAMPTZ, "timestamptz"),
          Map.entry(1700, "numeric"),
          Map.entry(UUID_TYPE, "uuid"),
          Map.entry(2278, "void"),
          Map.entry(3802, "jsonb"));

  private static final LocalDate EPOCH_DAY = LocalDate.of(2000, 1, 1);
  private static final LocalDateTime EPOCH = EPOCH_DAY.atStartOfDay();

  /** Days that {@link LocalDate} can certainly be moved by; infinity lies beyond. */
  private static final int MAX_DAYS = 300_000_000;

  private TypeText() {}

  /** The type's name, or {@code type} and its OID. */
  static String name(int oid) {
    String name = NAMES.get(oid);
    return name != null ? name : oid == 0 ? "unspecified" : "type " + Integer.toUnsignedString(oid);
  }

  /** A binary value as text, or null if it has no text here. */
  static String binary(int oid, byte[] value) {
    return switch (oid) {
      case 18, 19, 25, 114, 705, 1042, 1043 -> WireText.utf8(value);
      default -> fixed(oid, ByteBuffer.wrap(value));
    };
  }

  private static String fixed(int oid, ByteBuffer value) {
    return switch (value.remaining()) {
      case 1 -> oid == BOOL ? (value.get() == 0 ? "false" : "true") : null;
      case 2 -> oid == INT2 ? Short.toString(value.getShort()) : null;
      case 4 -> fourBytes(oid, value);
      case 8 -> eightBytes(oid, value);
      case 16 -> oid == UUID_TYPE ? new UUID(value.getLong(), value.getLong()).toString() : null;
      default -> null;
    };
  }

  private static String fourBytes(int oid, ByteBuffer value) {
    return switch (oid) {
      case INT4 -> Integer.toString(value.getInt());
      case OID -> Integer.toUnsignedString(value.getInt());
      case FLOAT4 -> Float.toString(value.getFloat());
      case DATE -> date(value.getInt());
      default -> null;
    };
  }

  private static String eightBytes(int oid, ByteBuffer value) {
    return switch (oid) {
      case INT8 -> Long.toString(value.getLong());
      case FLOAT8 -> Double.toString(value.getDouble());
      case TIMESTAMP -> timestamp(value.getLong(), "");
      case TIMESTAMPTZ -> timestamp(value.getLong(), "Z");
      default -> null;
    };
  }

  private static String date(int days) {
    if (Math.abs((long) days) > MAX_DAYS) {
      return days < 0 ? "-infinity" : "infinity";
    }
    return EPOCH_DAY.plusDays(days).toString();
  }

  private static String timestamp(long micros, String zone) {
    if (micros == Long.MIN_VALUE || micros == Long.MAX_VALUE) {
      return micros < 0 ? "-infinity" : "infinity";
    }
    return EPOCH.plus(micros, ChronoUnit.MICROS) + zone;
  }
}
