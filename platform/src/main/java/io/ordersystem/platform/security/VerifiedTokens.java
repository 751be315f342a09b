package io.ordersystem.platform.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.oidc.runtime.OidcIdentityProvider;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.TokenAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * Remembers tokens that were found genuine: a caller sends the same one for minutes, and verifying
 * its signature cost more than any other part of a reservation (43 % of the samples of {@code bench
 * inventory}). Only the very same token is recognised, never after its {@code exp}, and each is
 * verified anew after a minute, so that a withdrawn signing key is noticed. What was refused is not
 * remembered.
 */
@ApplicationScoped
class VerifiedTokens implements IdentityProvider<TokenAuthenticationRequest> {
  private static final Duration TRUSTED_FOR = Duration.ofMinutes(1);
  private static final int REMEMBERED = 10_000;

  private final OidcIdentityProvider oidc;
  private final Clock clock;
  private final Cache<String, SecurityIdentity> genuine =
      Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(TRUSTED_FOR).build();

  VerifiedTokens(OidcIdentityProvider oidc, Clock clock) {
    this.oidc = oidc;
    this.clock = clock;
  }

  @Override
  public Class<TokenAuthenticationRequest> getRequestType() {
    return TokenAuthenticationRequest.class;
  }

  /** Before the provider that verifies each time, which has the standard one. */
  @Override
  public int priority() {
    return IdentityProvider.super.priority() + 1;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      TokenAuthenticationRequest request, AuthenticationRequestContext context) {
    String token = request.getToken().getToken();
    SecurityIdentity known = genuine.getIfPresent(token);
    if (known != null && isAlive(known)) {
      return Uni.createFrom().item(known);
    }
    return oidc.authenticate(request, context).map(identity -> remember(token, identity));
  }

  private boolean isAlive(SecurityIdentity identity) {
    return identity.getPrincipal() instanceof JsonWebToken token
        && token.getExpirationTime() > clock.instant().getEpochSecond();
  }

  /** Without what belongs to the one request: its routing context is among the attributes. */
  private SecurityIdentity remember(String token, SecurityIdentity identity) {
    if (isAlive(identity)) {
      genuine.put(
          token,
          QuarkusSecurityIdentity.builder()
              .setPrincipal(identity.getPrincipal())
              .addRoles(identity.getRoles())
              .addCredentials(identity.getCredentials())
              .build());
    }
    return identity;
  }
}
