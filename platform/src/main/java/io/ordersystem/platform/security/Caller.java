package io.ordersystem.platform.security;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling.
 *
 * @param subject the token's {@code sub}; of a customer its customerId
 * @param sellerId the claim {@code seller_id}; null without the role {@link Role#SELLER}, whatever
 *     the token says
 * @param token the bearer token itself, to pass on when we ask another service on the caller's
 *     behalf
 */
public record Caller(
    String subject, Set<String> roles, @Nullable String sellerId, @Nullable String token) {
  /** May see and change everything, and set prices. */
  public boolean isTrusted() {
    return roles.contains(Role.OPERATOR) || roles.contains(Role.SERVICE);
  }

  public boolean is(String role) {
    return roles.contains(role);
  }

  /** Whose orders are the caller's as their customer; null without that role. */
  public @Nullable String customerId() {
    return is(Role.CUSTOMER) ? subject : null;
  }
}
