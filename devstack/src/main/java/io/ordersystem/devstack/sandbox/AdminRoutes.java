package io.ordersystem.devstack.sandbox;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What Stripe does not have: planted faults, the bank's side of a payment, and the whole ledger for
 * reconciliation. Without authentication, because the sandbox listens on the loopback address.
 */
final class AdminRoutes {
  private static final int MAX_BODY = 16 * 1024;
  private static final String FAULTS = "/sandbox/faults";
  private static final String INTENT = "/sandbox/payment_intents/:id";

  private final IntentLedger ledger;
  private final DisputeLedger disputes;
  private final Books books;
  private final Recorder recorder;
  private final Faults faults;
  private final StripeJson json;
  private final Ids ids;
  private final Counts counts;

  /** Who says how often what happened since the start of the process. */
  record Counts(Supplier<JsonObject> calls, Supplier<JsonObject> webhooks) {}

  AdminRoutes(
      IntentLedger ledger, DisputeLedger disputes, ApiGate.Surroundings around, Counts counts) {
    this.ledger = ledger;
    this.disputes = disputes;
    this.books = around.books();
    this.recorder = around.recorder();
    this.faults = around.faults();
    this.json = around.json();
    this.ids = around.ids();
    this.counts = counts;
  }

  void mount(Router router) {
    var report = new AdminLedger(books, recorder);
    router.post("/sandbox/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router.get("/sandbox/health").handler(ctx -> answer(ctx, health()));
    router.get(FAULTS).handler(ctx -> answer(ctx, faults.toJson()));
    router.post(FAULTS).handler(this::plant);
    router.delete(FAULTS).handler(this::clear);
    router.get("/sandbox/ledger").handler(ctx -> report.answer(ctx, ledger.now()));
    change(router, INTENT + "/authenticate", ctx -> settle(ctx, IntentStatus.REQUIRES_ACTION));
    change(router, INTENT + "/settle", ctx -> settle(ctx, IntentStatus.PROCESSING));
    change(router, INTENT + "/expire", this::expire);
    change(router, INTENT + "/dispute", this::dispute);
    change(router, "/sandbox/disputes/:id/close", this::close);
  }

  private JsonObject health() {
    return new JsonObject()
        .put("status", "up")
        .put("intents", books.intents().size())
        .put("refunds", books.refunds().size())
        .put("disputes", books.disputes().size())
        .put("calls", counts.calls().get())
        .put("webhooks", counts.webhooks().get());
  }

  private void plant(RoutingContext ctx) {
    faults.plant(AdminRequests.body(ctx));
    answer(ctx, faults.toJson());
  }

  private void clear(RoutingContext ctx) {
    faults.clear();
    answer(ctx, faults.toJson());
  }

  private Step settle(RoutingContext ctx, IntentStatus expected) {
    var approved = AdminRequests.approved(ctx);
    return ledger.settle(intent(ctx), expected, approved);
  }

  private Step expire(RoutingContext ctx) {
    AdminRequests.nothing(ctx);
    return ledger.expire(intent(ctx));
  }

  private Step dispute(RoutingContext ctx) {
    var claim = AdminRequests.claim(ctx);
    return disputes.open(intent(ctx), claim.amount(), claim.reason());
  }

  private Step close(RoutingContext ctx) {
    var won = AdminRequests.won(ctx);
    var dispute = books.dispute(Routes.id(ctx));
    return disputes.close(dispute, books.intent(dispute.intent(), 404), won);
  }

  private Intent intent(RoutingContext ctx) {
    return books.intent(Routes.id(ctx), 404);
  }

  private void change(Router router, String path, Function<RoutingContext, Step> work) {
    router
        .post(path)
        .handler(ctx -> {
          var requestId = ids.next("req");
          Answers.remember(ctx, requestId);
          recorder
              .record(work.apply(ctx), requestId, null)
              .onSuccess(entry -> answer(ctx, requestId, entry))
              .onFailure(ctx::fail);
        });
  }

  /** A bank that said no has been asked successfully; only a wrong state is an error here. */
  private void answer(RoutingContext ctx, String requestId, Entry entry) {
    var refusal = entry.refusal();
    var intent = entry.intent();
    if (refusal == null || intent == null) {
      Answers.send(ctx, 200, requestId, json.answer(entry, false));
    } else if (refusal.status() == 402) {
      Answers.send(ctx, 200, requestId, json.intent(intent, false));
    } else {
      Answers.send(ctx, 400, requestId, json.answer(entry, false));
    }
  }

  private void answer(RoutingContext ctx, JsonObject body) {
    Answers.send(ctx, 200, ids.next("req"), body);
  }
}
