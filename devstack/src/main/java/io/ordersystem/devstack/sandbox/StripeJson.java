package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Our objects in the shape in which Stripe shows them. */
final class StripeJson {
  /** The version whose shapes these are; the SDK reads events of its own major version only. */
  static final String API_VERSION = "2026-07-29.dahlia";

  private final Supplier<String> baseUrl;

  /** {@code baseUrl} is where a card holder finds the page of the bank. */
  StripeJson(Supplier<String> baseUrl) {
    this.baseUrl = baseUrl;
  }

  JsonObject intent(Intent intent, boolean expandCharge) {
    var terms = intent.terms();
    var json = object(intent.id(), "payment_intent", terms.created());
    json.put("amount", terms.amount())
        .put("amount_capturable", intent.funds().capturable())
        .put("amount_received", intent.funds().captured())
        .put("capture_method", terms.captureMethod().wire())
        .put("client_secret", terms.clientSecret())
        .put("confirmation_method", "automatic")
        .put("currency", terms.currency())
        .put("description", terms.description())
        .put("metadata", map(terms.metadata()))
        .put("payment_method", intent.paymentMethod())
        .put("payment_method_types", new JsonArray().add("card"))
        .put("status", intent.status().wire())
        .put("transfer_group", terms.transferGroup())
        .put("next_action", nextAction(intent))
        .put("last_payment_error", lastError(intent));
    var charge = intent.charge();
    json.put("latest_charge", charge != null && expandCharge ? charge(intent, charge) : charge);
    var cancellation = intent.cancellation();
    return json.put("canceled_at", cancellation == null ? null : cancellation.at())
        .put("cancellation_reason", cancellation == null ? null : cancellation.reason())
        .put("payment_method_options", options(terms));
  }

  private static JsonObject options(Terms terms) {
    var card = new JsonObject();
    if (terms.multicapture()) {
      card.put("request_multicapture", "if_available");
    }
    return new JsonObject().put("card", card);
  }

  private @Nullable JsonObject nextAction(Intent intent) {
    if (intent.status() != IntentStatus.REQUIRES_ACTION) {
      return null;
    }
    var url = baseUrl.get() + "/sandbox/payment_intents/" + intent.id() + "/authenticate";
    return new JsonObject()
        .put("type", "redirect_to_url")
        .put(
            "redirect_to_url",
            new JsonObject().put("url", url).put("return_url", intent.returnUrl()));
  }

  private static @Nullable JsonObject lastError(Intent intent) {
    var failure = intent.lastFailure();
    if (failure == null) {
      return null;
    }
    return error(Refusal.declined(failure))
        .put("charge", intent.charge())
        .put("payment_method", method(failure.paymentMethod()));
  }

  private static JsonObject method(String id) {
    return new JsonObject().put("id", id).put("object", "payment_method").put("type", "card");
  }

  private static JsonObject charge(Intent intent, String id) {
    var funds = intent.funds();
    var failure = intent.lastFailure();
    var open = intent.status() == IntentStatus.REQUIRES_CAPTURE;
    var multicapture =
        new JsonObject().put("status", intent.takesSeveralCaptures() ? "available" : "unavailable");
    return object(id, "charge", intent.terms().created())
        .put("amount", intent.terms().amount())
        .put("amount_captured", funds.captured())
        .put("amount_refunded", funds.refunded())
        .put("captured", funds.captured() > 0 && !open)
        .put("currency", intent.terms().currency())
        .put("disputed", funds.disputed() > 0)
        .put("failure_code", failure == null ? null : failure.code())
        .put("metadata", map(intent.terms().metadata()))
        .put("paid", failure == null)
        .put("payment_intent", intent.id())
        .put("payment_method", intent.paymentMethod())
        .put(
            "payment_method_details",
            new JsonObject()
                .put("type", "card")
                .put("card", new JsonObject().put("multicapture", multicapture)))
        .put("refunded", funds.captured() > 0 && !open && funds.unrefunded() == 0)
        .put("status", failure == null ? "succeeded" : "failed")
        .put("transfer_group", intent.terms().transferGroup());
  }

  JsonObject refund(Refund refund) {
    var json = object(refund.id(), "refund", refund.created());
    putIfPresent(json, "failure_reason", refund.failureReason());
    return json.put("amount", refund.amount())
        .put("charge", refund.charge())
        .put("currency", refund.currency())
        .put("metadata", map(refund.metadata()))
        .put("payment_intent", refund.intent())
        .put("reason", refund.reason())
        .put("status", refund.status().wire());
  }

  JsonObject dispute(Dispute dispute) {
    return object(dispute.id(), "dispute", dispute.created())
        .put("amount", dispute.amount())
        .put("charge", dispute.charge())
        .put("currency", dispute.currency())
        .put("is_charge_refundable", false)
        .put("metadata", new JsonObject())
        .put("payment_intent", dispute.intent())
        .put("reason", dispute.reason())
        .put("status", dispute.status().wire());
  }

  JsonObject event(Event event) {
    var cause = event.cause();
    var key = cause.key();
    return object(event.id(), "event", event.created())
        .put("api_version", API_VERSION)
        .put("data", new JsonObject().put("object", subject(event)))
        .put("pending_webhooks", event.pending() ? 1 : 0)
        .put(
            "request",
            new JsonObject()
                .put("id", cause.requestId())
                .put("idempotency_key", key == null ? null : key.value()))
        .put("type", event.type().wire());
  }

  private JsonObject subject(Event event) {
    var cause = event.cause();
    var intent = Objects.requireNonNull(cause.intent());
    return switch (event.type().subject()) {
      case INTENT -> intent(intent, false);
      case CHARGE -> charge(intent, Objects.requireNonNull(intent.charge()));
      case REFUND -> refund(Objects.requireNonNull(cause.refund()));
      case DISPUTE -> dispute(Objects.requireNonNull(cause.dispute()));
    };
  }

  /** What the entry's request is answered, now and on every repeat. */
  JsonObject answer(Entry entry, boolean expandCharge) {
    var refusal = entry.refusal();
    if (refusal != null) {
      return refusal(refusal, entry.intent());
    }
    var refund = entry.refund();
    if (refund != null) {
      return refund(refund);
    }
    var dispute = entry.dispute();
    if (dispute != null) {
      return dispute(dispute);
    }
    var intent = entry.intent();
    if (intent == null) {
      throw new IllegalStateException("an entry without an answer was asked for one");
    }
    return intent(intent, expandCharge);
  }

  JsonObject refusal(Refusal refusal, @Nullable Intent intent) {
    var error = error(refusal);
    if (intent != null) {
      error.put("payment_intent", intent(intent, false));
      var failure = intent.lastFailure();
      if (refusal.status() == 402 && failure != null) {
        error.put("charge", intent.charge()).put("payment_method", method(failure.paymentMethod()));
      }
    }
    return new JsonObject().put("error", error);
  }

  private static JsonObject error(Refusal refusal) {
    var error = new JsonObject().put("type", refusal.type()).put("message", refusal.message());
    putIfPresent(error, "code", refusal.code());
    putIfPresent(error, "decline_code", refusal.declineCode());
    putIfPresent(error, "param", refusal.param());
    return error;
  }

  private static void putIfPresent(JsonObject json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  <T> JsonObject list(String url, Shelf.Slice<T> slice, Function<T, JsonObject> each) {
    return new JsonObject()
        .put("object", "list")
        .put("url", url)
        .put("has_more", slice.hasMore())
        .put("data", new JsonArray(slice.items().stream().map(each).toList()));
  }

  private static JsonObject object(String id, String kind, long created) {
    return new JsonObject()
        .put("id", id)
        .put("object", kind)
        .put("created", created)
        .put("livemode", false);
  }

  static JsonObject map(Map<String, String> values) {
    var json = new JsonObject();
    values.forEach(json::put);
    return json;
  }
}
