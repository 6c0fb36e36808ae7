package dev.stepgate.config;

import dev.stepgate.identity.Issuer;
import dev.stepgate.policy.OpenTo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who jobs are, and what is open to them.
 *
 * @param issuers whose tokens are believed, by their names here
 * @param host the name under which the CI system that the gateway runs inside of vouches for its
 *     jobs; empty if none may
 * @param openTo who may open each connection, by the connection's name
 */
public record AccessConfig(Map<String, Issuer> issuers, String host, Map<String, OpenTo> openTo) {

  /** Copies the maps, keeping their order. */
  public AccessConfig {
    issuers = Collections.unmodifiableMap(new LinkedHashMap<>(issuers));
    openTo = Collections.unmodifiableMap(new LinkedHashMap<>(openTo));
  }
}
