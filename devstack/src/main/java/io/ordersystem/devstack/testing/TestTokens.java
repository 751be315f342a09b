package io.ordersystem.devstack.testing;

import io.ordersystem.devstack.token.LocalKeys;
import io.ordersystem.devstack.token.LocalTokens;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Bearer tokens that the service under test believes. */
public final class TestTokens {

  private TestTokens() {}

  /** A customer with that id. */
  public static String customer(String customerId) {
    return token("customer", customerId, null);
  }

  /** Somebody who acts for that seller. */
  public static String seller(String sellerId) {
    return token("seller", "clerk-of-" + sellerId, sellerId);
  }

  /** Somebody who acts for that seller, and buys under the customer id {@code subject}. */
  public static String sellerWhoBuys(String subject, String sellerId) {
    var keys = LocalKeys.in(TestEnvironment.current().state());
    return new LocalTokens(keys, Clock.systemUTC())
        .token(Set.of("customer", "seller"), subject, sellerId);
  }

  /** An operator. */
  public static String operator() {
    return token("operator", "operator-1", null);
  }

  /** A checkout back end. */
  public static String service() {
    return token("service", "checkout", null);
  }

  /** Any token, also with a clock of the past for one that is expired. */
  public static String token(String role, String subject, @Nullable String sellerId, Clock clock) {
    var keys = LocalKeys.in(TestEnvironment.current().state());
    return new LocalTokens(keys, clock).token(role, subject, sellerId);
  }

  private static String token(String role, String subject, @Nullable String sellerId) {
    return token(role, subject, sellerId, Clock.systemUTC());
  }
}
