package io.ordersystem.payments.stripe;

import com.stripe.model.Event;
import io.ordersystem.payments.payment.ProviderHints.About;
import io.ordersystem.payments.payment.ProviderHints.Hint;
import io.ordersystem.payments.payment.ProviderHints.Money;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stripe's events, delivered by webhook or read off its list. */
final class StripeEvents {
  /** Those that an endpoint for webhooks is to be subscribed to; a list is asked for 20 at most. */
  static final List<String> TYPES =
      List.of(
          "payment_intent.amount_capturable_updated",
          "payment_intent.succeeded",
          "payment_intent.payment_failed",
          "payment_intent.requires_action",
          "payment_intent.canceled",
          "charge.refunded",
          "refund.created",
          "refund.updated",
          "refund.failed",
          "charge.dispute.created",
          "charge.dispute.funds_withdrawn",
          "charge.dispute.closed",
          "charge.dispute.funds_reinstated");

  private StripeEvents() {}

  /** Read off the raw object: the SDK reads it only when both sides speak the same API version. */
  static Hint hint(Event event) {
    var object = new JsonObject(event.getDataObjectDeserializer().getRawJson());
    boolean intent = "payment_intent".equals(object.getString("object"));
    String id = object.getString("id");
    About about =
        switch (object.getString("object", "")) {
          case "refund" -> new About.Refund(id);
          case "dispute" -> new About.Dispute(id, object.getLong("amount", 0L));
          default -> new About.Whole(intent ? money(object) : null);
        };
    return new Hint(
        event.getId(),
        event.getType(),
        Instant.ofEpochSecond(event.getCreated() == null ? 0 : event.getCreated()),
        intent ? id : object.getString("payment_intent"),
        intent ? paymentId(object.getJsonObject("metadata")) : null,
        about);
  }

  /** Null when the intent has none yet, or its event tells less than we would read. */
  private static @Nullable Money money(JsonObject intent) {
    Long held = intent.getLong("amount_capturable");
    Long taken = intent.getLong("amount_received");
    boolean hasMoney =
        Set.of("requires_capture", "succeeded").contains(intent.getString("status", ""));
    return hasMoney && held != null && taken != null ? new Money(held, taken) : null;
  }

  private static @Nullable UUID paymentId(@Nullable JsonObject metadata) {
    String ours = metadata == null ? null : metadata.getString("payment_id");
    try {
      return ours == null ? null : UUID.fromString(ours);
    } catch (IllegalArgumentException e) {
      return null; // somebody else's: intents may be made elsewhere on the same account
    }
  }
}
