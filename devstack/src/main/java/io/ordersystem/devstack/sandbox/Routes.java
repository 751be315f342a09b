package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API of payment intents and events, and what all forms under {@code /v1} must be. */
final class Routes {
  static final int MAX_BODY = 64 * 1024;
  private static final String INTENTS = "/v1/payment_intents";
  private static final String EVENTS = "/v1/events";

  private final ApiGate gate;
  private final IntentLedger ledger;
  private final Books books;
  private final Faults faults;
  private final StripeJson json;

  Routes(ApiGate gate, IntentLedger ledger, Books books, Faults faults, StripeJson json) {
    this.gate = gate;
    this.ledger = ledger;
    this.books = books;
    this.faults = faults;
    this.json = json;
  }

  void mount(Router router) {
    router.post("/v1/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router.post("/v1/*").handler(Routes::checkForm);
    router.post(INTENTS).handler(ctx -> gate.change(ctx, this::create));
    router.get(INTENTS).handler(ctx -> gate.read(ctx, this::list));
    router.get(INTENTS + "/search").handler(ctx -> gate.read(ctx, this::search));
    router.get(INTENTS + "/:id").handler(ctx -> gate.read(ctx, params -> get(id(ctx), params)));
    router
        .post(INTENTS + "/:id/confirm")
        .handler(ctx -> gate.change(ctx, params -> confirm(id(ctx), params)));
    router
        .post(INTENTS + "/:id/capture")
        .handler(ctx -> gate.change(ctx, params -> capture(id(ctx), params)));
    router
        .post(INTENTS + "/:id/cancel")
        .handler(ctx -> gate.change(ctx, params -> cancel(id(ctx), params)));
    router.get(EVENTS).handler(ctx -> gate.read(ctx, this::listEvents));
    router.get(EVENTS + "/:id").handler(ctx -> gate.read(ctx, params -> getEvent(id(ctx), params)));
  }

  private static void checkForm(RoutingContext ctx) {
    var type = ctx.request().getHeader("Content-Type");
    if (type != null && !type.startsWith("application/x-www-form-urlencoded")) {
      throw StripeErrors.invalid(
          null, null, "Send parameters as application/x-www-form-urlencoded.");
    }
    ctx.next();
  }

  static String id(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.pathParam("id"));
  }

  private Step create(Params params) {
    var confirmed = params.flag("confirm", false);
    var wanted = IntentRequests.create(params);
    var strict = params.flag("error_on_requires_action", false);
    finish(params);
    books.checkRoom();
    var intent = ledger.create(wanted);
    return confirmed ? confirm(intent, null, null, strict) : Step.to(intent);
  }

  private Step confirm(String id, Params params) {
    var method = IntentRequests.paymentMethod(params);
    var returnUrl = params.text("return_url");
    var strict = params.flag("error_on_requires_action", false);
    finish(params);
    return confirm(books.intent(id, 404), method, returnUrl, strict);
  }

  private Step confirm(
      Intent intent, @Nullable String method, @Nullable String returnUrl, boolean strict) {
    var reachesCard =
        intent.status().confirmable() && (method != null || intent.paymentMethod() != null);
    var decline = reachesCard && faults.take(Fault.DECLINE_NEXT);
    return ledger.confirm(intent, new Confirmation(method, returnUrl, strict, decline));
  }

  private static void finish(Params params) {
    IntentRequests.acceptHarmless(params);
    finishReading(params);
  }

  private static boolean finishReading(Params params) {
    var expands = params.expandsCharge();
    params.refuseUnknown();
    return expands;
  }

  private Step capture(String id, Params params) {
    var amount = IntentRequests.amountToCapture(params);
    var last = params.flag("final_capture", true);
    finish(params);
    return ledger.capture(books.intent(id, 404), amount, last);
  }

  private Step cancel(String id, Params params) {
    var reason = IntentRequests.cancellationReason(params);
    finish(params);
    return ledger.cancel(books.intent(id, 404), reason);
  }

  private JsonObject get(String id, Params params) {
    params.ignore("client_secret");
    return json.intent(books.intent(id, 404), finishReading(params));
  }

  private JsonObject list(Params params) {
    var paging = Paging.of(params);
    var expands = finishReading(params);
    var slice = paging.of(books.intents(), intent -> intent.terms().created(), _ -> true);
    return json.list(INTENTS, slice, intent -> json.intent(intent, expands));
  }

  private JsonObject search(Params params) {
    var wanted = SearchQuery.parse(params.required("query"));
    var limit = Paging.limit(params);
    var page = params.text("page");
    var expands = finishReading(params);
    if (page != null && books.intents().find(page).isEmpty()) {
      throw StripeErrors.invalid(null, "page", "Not a page of this search.");
    }
    var slice = books.intents().newestFirst(wanted, limit, page, null);
    return new JsonObject()
        .put("object", "search_result")
        .put("url", INTENTS + "/search")
        .put("has_more", slice.hasMore())
        .put("next_page", slice.hasMore() ? slice.items().getLast().id() : null)
        .put(
            "data",
            new JsonArray(
                slice.items().stream().map(intent -> json.intent(intent, expands)).toList()));
  }

  private JsonObject listEvents(Params params) {
    var paging = Paging.of(params);
    var type =
        params.oneOf(
            "type", Arrays.stream(EventType.values()).map(EventType::wire).toArray(String[]::new));
    var types = params.texts("types");
    params.refuseUnknown();
    if (type != null && !types.isEmpty()) {
      throw StripeErrors.invalid(null, "types", "type and types exclude each other.");
    }
    var wanted = type == null ? types : Set.of(type);
    var slice =
        paging.of(
            books.events(),
            Event::created,
            event -> wanted.isEmpty() || wanted.contains(event.type().wire()));
    return json.list(EVENTS, slice, json::event);
  }

  private JsonObject getEvent(String id, Params params) {
    params.refuseUnknown();
    return json.event(books.event(id));
  }
}
