package io.ordersystem.platform.security;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Reads the caller off the verified token. */
@RequestScoped
public class Callers {
  private final SecurityIdentity identity;

  Callers(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** The caller of the current request; of an unauthenticated one a caller without roles. */
  public Caller current() {
    if (identity.getPrincipal() instanceof JsonWebToken token) {
      Set<String> roles = identity.getRoles();
      Object seller = roles.contains(Role.SELLER) ? token.getClaim("seller_id") : null;
      return new Caller(
          token.getSubject(),
          roles,
          seller == null ? null : String.valueOf(seller),
          token.getRawToken());
    }
    return new Caller("", Set.of(), null, null);
  }
}
