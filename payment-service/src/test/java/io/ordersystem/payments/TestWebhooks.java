package io.ordersystem.payments;

import static io.restassured.RestAssured.given;

import io.ordersystem.devstack.testing.TestSandbox;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The provider's notifications. Its sandbox does not know the address of a service under test, so
 * they are taken from its list and delivered as it would.
 */
public final class TestWebhooks {
  public static final String SECRET = "whsec_local";

  private static final Set<String> DELIVERED = ConcurrentHashMap.newKeySet();

  private TestWebhooks() {}

  /** Delivers what is new of a payment intent, by its id or our reference, newest first. */
  public static void deliver(String reference) {
    JsonArray events = new JsonArray(TestSandbox.events());
    for (Object event : events) {
      String body = ((JsonObject) event).encode();
      if (body.contains(reference) && DELIVERED.add(((JsonObject) event).getString("id"))) {
        post(body, signature(SECRET, body, Instant.now())).then().statusCode(200);
      }
    }
  }

  /** One delivery, signed or not. */
  public static Response post(String body, @Nullable String signature) {
    var request = given().contentType("application/json");
    if (signature != null) {
      request.header("Stripe-Signature", signature);
    }
    return request.body(body).post("/api/payments/webhooks/stripe");
  }

  /** The header of a delivery at that time. */
  public static String signature(String secret, String body, Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String signed = at.getEpochSecond() + "." + body;
      byte[] digest = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return "t=" + at.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
