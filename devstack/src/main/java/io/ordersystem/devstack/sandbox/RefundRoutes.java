package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;

/** The API of money that goes back: refunds, and the disputes that a bank has opened. */
final class RefundRoutes {
  private static final String REFUNDS = "/v1/refunds";
  private static final String DISPUTES = "/v1/disputes";

  private final ApiGate gate;
  private final RefundLedger refunds;
  private final Books books;
  private final StripeJson json;

  RefundRoutes(ApiGate gate, RefundLedger refunds, Books books, StripeJson json) {
    this.gate = gate;
    this.refunds = refunds;
    this.books = books;
    this.json = json;
  }

  /** After {@link Routes}, which reads the forms. */
  void mount(Router router) {
    router.post(REFUNDS).handler(ctx -> gate.change(ctx, this::refund));
    router.get(REFUNDS).handler(ctx -> gate.read(ctx, this::listRefunds));
    router
        .get(REFUNDS + "/:id")
        .handler(ctx -> gate.read(ctx, params -> getRefund(Routes.id(ctx), params)));
    router.get(DISPUTES).handler(ctx -> gate.read(ctx, this::listDisputes));
    router
        .get(DISPUTES + "/:id")
        .handler(ctx -> gate.read(ctx, params -> getDispute(Routes.id(ctx), params)));
  }

  private Step refund(Params params) {
    var id = params.required("payment_intent");
    var amount = IntentRequests.amountToRefund(params);
    var reason = IntentRequests.refundReason(params);
    var metadata = params.metadata();
    params.refuseUnknown();
    return refunds.refund(books.intent(id, 400), amount, reason, metadata);
  }

  private JsonObject listRefunds(Params params) {
    var paging = Paging.of(params);
    var intent = params.text("payment_intent");
    params.refuseUnknown();
    var slice =
        paging.of(
            books.refunds(),
            Refund::created,
            refund -> intent == null || refund.intent().equals(intent));
    return json.list(REFUNDS, slice, json::refund);
  }

  private JsonObject getRefund(String id, Params params) {
    params.refuseUnknown();
    return json.refund(books.refund(id));
  }

  private JsonObject listDisputes(Params params) {
    var paging = Paging.of(params);
    var intent = params.text("payment_intent");
    params.refuseUnknown();
    var slice =
        paging.of(
            books.disputes(),
            Dispute::created,
            dispute -> intent == null || dispute.intent().equals(intent));
    return json.list(DISPUTES, slice, json::dispute);
  }

  private JsonObject getDispute(String id, Params params) {
    params.refuseUnknown();
    return json.dispute(books.dispute(id));
  }
}
