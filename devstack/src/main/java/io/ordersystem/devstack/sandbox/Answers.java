package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Writes answers; the only place that turns a failure into an HTTP status. */
final class Answers {
  private static final System.Logger LOG = System.getLogger(Answers.class.getName());
  private static final String REQUEST_ID = "request-id";

  private final StripeJson json;

  Answers(StripeJson json) {
    this.json = json;
  }

  /** Failures carry the id of the request too. */
  static void remember(RoutingContext ctx, String requestId) {
    ctx.put(REQUEST_ID, requestId);
  }

  static void send(RoutingContext ctx, int status, String requestId, JsonObject body) {
    var response = ctx.response();
    if (response.closed() || response.ended()) {
      return;
    }
    var version = ctx.request().getHeader("Stripe-Version");
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Request-Id", requestId)
        .putHeader("Stripe-Version", version == null ? StripeJson.API_VERSION : version);
    ctx.end(body.toBuffer());
  }

  void fail(RoutingContext ctx) {
    var refusal = refusal(ctx);
    String requestId = ctx.get(REQUEST_ID, "");
    if (refusal.status() >= 500 && !(ctx.failure() instanceof StripeErrors.Refused)) {
      LOG.log(System.Logger.Level.ERROR, "Request " + requestId + " failed", ctx.failure());
    }
    send(ctx, refusal.status(), requestId, json.refusal(refusal, null));
  }

  private static Refusal refusal(RoutingContext ctx) {
    return switch (ctx.failure()) {
      case StripeErrors.Refused refused -> refused.refusal();
      case DecodeException _ -> Refusal.invalid(null, null, "The body is not valid JSON.");
      case null, default -> byStatus(ctx);
    };
  }

  private static Refusal byStatus(RoutingContext ctx) {
    var status = ctx.statusCode();
    return switch (status) {
      case 404, 405 ->
          StripeErrors.unknownUrl(ctx.request().method().name(), ctx.normalizedPath()).refusal();
      case 400 -> Refusal.invalid(null, null, "The body or a parameter cannot be read.");
      case 413 ->
          new Refusal(413, Refusal.INVALID_REQUEST, null, "The body is too large.", null, null);
      default -> StripeErrors.broken("The sandbox failed; see its log.").refusal();
    };
  }
}
