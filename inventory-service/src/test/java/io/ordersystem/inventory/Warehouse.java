package io.ordersystem.inventory;

import io.ordersystem.devstack.testing.TestDatabase;
import io.ordersystem.devstack.testing.TestRequests;
import io.ordersystem.devstack.testing.TestTokens;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Offers and callers for the tests of inventory-service. */
public final class Warehouse {
  public static final Duration SOON = Duration.ofSeconds(20);
  private static final AtomicLong NAMES = new AtomicLong();

  private Warehouse() {}

  /** A variant that no other test uses. */
  public static String newVariant() {
    return "variant-n" + Long.toString(System.nanoTime(), 36) + "-" + NAMES.incrementAndGet();
  }

  public static RequestSpecification as(String token) {
    return TestRequests.as(token);
  }

  public static String path(String variant, String seller) {
    return "/api/inventory/" + variant + "/sellers/" + seller;
  }

  public static String offer(int onHand) {
    return """
    {"name": "Tea", "unitPrice": 500, "currency": "EUR", "onHand": %d, "lowStockThreshold": 2}
    """
        .formatted(onHand);
  }

  /** Makes an offer of seller s1 and answers its variant. */
  public static String offered(int onHand) {
    String variant = newVariant();
    as(TestTokens.seller("s1")).body(offer(onHand)).put(path(variant, "s1")).then().statusCode(201);
    return variant;
  }

  public static TestDatabase database() {
    return TestDatabase.ofService("inventory");
  }

  /** The offer's row. */
  public static Map<String, Object> stock(String variant) {
    return database()
        .rows("SELECT on_hand, reserved, version FROM inventory WHERE variant_id = ?", variant)
        .getFirst();
  }
}
