package io.ordersystem.devstack.token;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Bearer tokens as an identity provider would issue them, signed with the local keys. */
public final class LocalTokens {
  /** Who the services believe. */
  public static final String ISSUER = "https://ordersystem.local";

  /** For whom the tokens are. */
  public static final String AUDIENCE = "order-system";

  /** The roles there are. */
  public static final Set<String> ROLES = Set.of("customer", "seller", "operator", "service");

  private static final Duration LIFE = Duration.ofHours(12);

  private final LocalKeys keys;
  private final Clock clock;

  public LocalTokens(LocalKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** The token of somebody with one role only. */
  public String token(String role, String subject, @Nullable String sellerId) {
    return token(Set.of(role), subject, sellerId);
  }

  /**
   * A signed token that lives 12 hours.
   *
   * @param roles one or several of {@link #ROLES}
   * @param subject who it is: the customer's id, the operator's or service's name
   * @param sellerId which seller a {@code seller} acts for; required for that role
   * @throws IllegalArgumentException for an unknown role, or a seller without an id
   */
  public String token(Set<String> roles, String subject, @Nullable String sellerId) {
    if (roles.isEmpty() || !ROLES.containsAll(roles)) {
      throw new IllegalArgumentException("these are no roles: " + roles + ", but " + ROLES);
    }
    if (roles.contains("seller") && sellerId == null) {
      throw new IllegalArgumentException("a seller's token needs the id of the seller");
    }
    var now = clock.instant();
    var claims = new JwtClaims();
    claims.setIssuer(ISSUER);
    claims.setAudience(AUDIENCE);
    claims.setSubject(subject);
    claims.setJwtId(UUID.randomUUID().toString());
    claims.setStringListClaim("groups", List.copyOf(roles));
    if (sellerId != null) {
      claims.setStringClaim("seller_id", sellerId);
    }
    claims.setIssuedAt(NumericDate.fromMilliseconds(now.toEpochMilli()));
    claims.setExpirationTime(NumericDate.fromMilliseconds(now.plus(LIFE).toEpochMilli()));
    return sign(claims);
  }

  private String sign(JwtClaims claims) {
    var signature = new JsonWebSignature();
    signature.setPayload(claims.toJson());
    signature.setKey(keys.pair().getPrivate());
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    signature.setHeader("typ", "JWT");
    try {
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("could not sign a token", e);
    }
  }
}
