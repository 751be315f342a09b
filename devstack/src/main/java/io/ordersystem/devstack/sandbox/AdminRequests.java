package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and checks the JSON bodies of the admin calls: a field that nobody reads is refused. */
final class AdminRequests {
  private static final String OUTCOME = "outcome";
  private static final String AMOUNT = "amount";
  private static final String REASON = "reason";

  /** Stripe's reasons of card disputes. */
  private static final List<String> REASONS =
      List.of(
          "credit_not_processed",
          "duplicate",
          "fraudulent",
          "general",
          "noncompliant",
          "product_not_received",
          "product_unacceptable",
          "subscription_canceled",
          "unrecognized");

  private AdminRequests() {}

  /** An empty body is an empty object. */
  static JsonObject body(RoutingContext ctx) {
    var text = ctx.body().asString();
    return text == null || text.isBlank() ? new JsonObject() : new JsonObject(text);
  }

  private static JsonObject fields(RoutingContext ctx, String... known) {
    var body = body(ctx);
    var names = List.of(known);
    if (!names.containsAll(body.fieldNames())) {
      throw StripeErrors.invalid(
          "parameter_unknown",
          null,
          names.isEmpty()
              ? "This call takes no fields."
              : "The only fields are " + String.join(", ", names) + ".");
    }
    return body;
  }

  /** Refuses any field. */
  static void nothing(RoutingContext ctx) {
    fields(ctx);
  }

  static boolean approved(RoutingContext ctx) {
    return first(fields(ctx, OUTCOME).getValue(OUTCOME, "approved"), "approved", "declined");
  }

  static boolean won(RoutingContext ctx) {
    var body = fields(ctx, OUTCOME);
    if (!body.containsKey(OUTCOME)) {
      throw StripeErrors.missing(OUTCOME);
    }
    return first(body.getValue(OUTCOME), "won", "lost");
  }

  private static boolean first(@Nullable Object outcome, String yes, String no) {
    if (yes.equals(outcome) || no.equals(outcome)) {
      return yes.equals(outcome);
    }
    throw StripeErrors.invalid(null, OUTCOME, "outcome is %s or %s".formatted(yes, no));
  }

  /** What of an intent is to be disputed. */
  record Claim(@Nullable Long amount, String reason) {}

  static Claim claim(RoutingContext ctx) {
    var body = fields(ctx, AMOUNT, REASON);
    return new Claim(amount(body), reason(body));
  }

  private static @Nullable Long amount(JsonObject body) {
    if (!body.containsKey(AMOUNT)) {
      return null;
    }
    if (body.getValue(AMOUNT) instanceof Integer amount && amount > 0) {
      return amount.longValue();
    }
    throw StripeErrors.invalid(
        "parameter_invalid_integer", AMOUNT, "amount is a whole number of minor units from 1");
  }

  private static String reason(JsonObject body) {
    var reason = body.getValue(REASON, "fraudulent");
    if (reason instanceof String text && REASONS.contains(text)) {
      return text;
    }
    throw StripeErrors.invalid(null, REASON, "reason is one of " + String.join(", ", REASONS));
  }
}
