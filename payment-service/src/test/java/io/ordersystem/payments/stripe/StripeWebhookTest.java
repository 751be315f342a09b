package io.ordersystem.payments.stripe;

import static io.ordersystem.payments.TestWebhooks.SECRET;
import static io.ordersystem.payments.TestWebhooks.post;
import static io.ordersystem.payments.TestWebhooks.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.ordersystem.devstack.testing.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whoever can write to our public address can try to tell us that a payment was made. What the
 * provider writes into free text is its own: it is neither looked through nor stored.
 */
@QuarkusTest
class StripeWebhookTest {
  private final String id = "evt_" + UUID.randomUUID();
  private final String body =
      """
      {"id":"%s","object":"event","type":"payment_intent.canceled","created":%d,
       "data":{"object":{"id":"pi_unknown","object":"payment_intent"}}}\
      """
          .formatted(id, Instant.now().getEpochSecond());

  @Test
  void whatIsSignedIsStoredOnceHoweverOftenItIsDelivered() {
    Instant now = Instant.now();
    for (int delivery = 0; delivery < 3; delivery++) {
      post(body, signature(SECRET, body, now.minusSeconds(delivery))).then().statusCode(200);
    }
    assertThat(stored()).hasSize(1);
  }

  @Test
  void aRecordedDeliveryThatIsSentAgainIsRefused() {
    String signature = signature(SECRET, body, Instant.now());
    post(body, signature).then().statusCode(200);
    post(body, signature).then().statusCode(400).body("code", equalTo("webhook-replayed"));
    assertThat(stored()).hasSize(1);
  }

  @Test
  void aForgedSignatureIsRefused() {
    refused(body, signature("whsec_guessed", body, Instant.now()));
  }

  @Test
  void aBodyThatIsNotSignedIsRefused() {
    refused(body, null);
    refused(body, "");
    refused(body, "t=1,v1=nonsense");
  }

  @Test
  void aBodyOfWhichOneByteWasChangedIsRefused() {
    String signature = signature(SECRET, body, Instant.now());
    refused(body.replace("pi_unknown", "pi_unknowm"), signature);
    refused(body + " ", signature);
  }

  @Test
  void aDeliveryThatIsTooOldIsRefused() {
    Instant tooOld = Instant.now().minus(Duration.ofMinutes(6));
    refused(body, signature(SECRET, body, tooOld));
    // Its age cannot be talked down: the time is a part of what is signed.
    refused(
        body,
        signature(SECRET, body, tooOld)
            .replaceFirst("t=\\d+", "t=" + Instant.now().getEpochSecond()));
  }

  private void refused(String sent, @Nullable String signature) {
    post(sent, signature).then().statusCode(400).body("code", equalTo("malformed-request"));
    assertThat(stored()).isEmpty();
  }

  private List<?> stored() {
    return TestDatabase.ofService("payment")
        .rows("SELECT id FROM provider_events WHERE id = ?", id);
  }
}
