package dev.stepgate.gateway;

/** This build's version. */
public final class Version {

  private Version() {}

  /** {@code 0.1.0-SNAPSHOT}, from the jar's manifest; {@code unpacked} where there is no jar. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "unpacked" : version;
  }
}
