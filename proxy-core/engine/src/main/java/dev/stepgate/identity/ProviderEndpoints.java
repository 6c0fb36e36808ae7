package dev.stepgate.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Optional;

/**
 * Where a provider lets people sign in, by its discovery document alone (OpenID Connect Discovery
 * 1.0 section 3, RFC 8414 section 2). Each lies where the issuer's keys may lie.
 *
 * @param device where a device's code is had (RFC 8628), if it gives any
 * @param authorization where a browser is sent, if it takes any with a SHA-256 challenge (RFC 7636)
 * @param token where tokens are had
 * @param revocation where they are given back (RFC 7009), if it takes any
 * @param namesItself whether what comes back through a browser says whose it is (RFC 9207)
 */
public record ProviderEndpoints(
    Optional<URI> device,
    Optional<URI> authorization,
    URI token,
    Optional<URI> revocation,
    boolean namesItself) {

  /**
   * Reads the document.
   *
   * @throws DocumentException if it is not the issuer's own, or points elsewhere
   */
  public static ProviderEndpoints read(Issuer issuer, byte[] document) throws DocumentException {
    ObjectNode discovery = Discovery.own(issuer, document);
    JsonNode challenges = discovery.get("code_challenge_methods_supported");
    boolean challenged = challenges == null || Signatures.holds(challenges, "S256");
    return new ProviderEndpoints(
        Discovery.place(issuer, discovery, "device_authorization_endpoint"),
        Discovery.place(issuer, discovery, "authorization_endpoint").filter(at -> challenged),
        Discovery.place(issuer, discovery, "token_endpoint")
            .orElseThrow(
                () -> new DocumentException("the discovery document has no token_endpoint")),
        Discovery.place(issuer, discovery, "revocation_endpoint"),
        discovery.path("authorization_response_iss_parameter_supported").asBoolean());
  }

  /** Where the document is. */
  public static URI document(Issuer issuer) {
    return issuer.discovery();
  }
}
