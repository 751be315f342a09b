package io.ordersystem.devstack.client;

import org.jspecify.annotations.Nullable;

/** Where a caller gets its bearer token from. */
@FunctionalInterface
public interface Tokens {

  /**
   * A token that is good for at least some minutes.
   *
   * @param role one of {@code customer}, {@code seller}, {@code operator}, {@code service}
   * @param subject who it is; for a customer the customer id
   * @param sellerId only for the role {@code seller}
   */
  String token(String role, String subject, @Nullable String sellerId);
}
