package io.ordersystem.devstack.sandbox;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What Stripe does not have: planted faults, the bank's side of a payment, and the whole ledger for
 * reconciliation. Without authentication, because the sandbox listens on the loopback address.
 */
final class AdminRoutes {
  private static final int MAX_BODY = 16 * 1024;
  private static final int CHUNK = 500;
  private static final String FAULTS = "/sandbox/faults";
  private static final String OUTCOME = "outcome";

  private final IntentLedger ledger;
  private final Books books;
  private final Recorder recorder;
  private final Faults faults;
  private final StripeJson json;
  private final Ids ids;
  private final Supplier<JsonObject> webhooks;

  AdminRoutes(IntentLedger ledger, ApiGate.Surroundings around, Supplier<JsonObject> webhooks) {
    this.ledger = ledger;
    this.books = around.books();
    this.recorder = around.recorder();
    this.faults = around.faults();
    this.json = around.json();
    this.ids = around.ids();
    this.webhooks = webhooks;
  }

  void mount(Router router) {
    router.post("/sandbox/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router.get("/sandbox/health").handler(ctx -> answer(ctx, health()));
    router.get(FAULTS).handler(ctx -> answer(ctx, faults.toJson()));
    router.post(FAULTS).handler(this::plant);
    router.delete(FAULTS).handler(this::clear);
    router.get("/sandbox/ledger").handler(this::ledger);
    router
        .post("/sandbox/payment_intents/:id/authenticate")
        .handler(ctx -> settle(ctx, IntentStatus.REQUIRES_ACTION));
    router
        .post("/sandbox/payment_intents/:id/settle")
        .handler(ctx -> settle(ctx, IntentStatus.PROCESSING));
  }

  private JsonObject health() {
    return new JsonObject()
        .put("status", "up")
        .put("intents", books.intents().size())
        .put("refunds", books.refunds().size())
        .put("webhooks", webhooks.get());
  }

  private void plant(RoutingContext ctx) {
    faults.plant(body(ctx));
    answer(ctx, faults.toJson());
  }

  private void clear(RoutingContext ctx) {
    faults.clear();
    answer(ctx, faults.toJson());
  }

  /** An empty body is an empty object. */
  private static JsonObject body(RoutingContext ctx) {
    var text = ctx.body().asString();
    if (text == null || text.isBlank()) {
      return new JsonObject();
    }
    return new JsonObject(text);
  }

  private void settle(RoutingContext ctx, IntentStatus expected) {
    var approved = approved(body(ctx));
    var id = Objects.requireNonNull(ctx.pathParam("id"));
    var step = ledger.settle(books.intent(id, 404), expected, approved);
    var requestId = ids.next("req");
    Answers.remember(ctx, requestId);
    recorder
        .record(step, requestId, null)
        .onSuccess(entry -> answerSettled(ctx, requestId, entry))
        .onFailure(ctx::fail);
  }

  /** A bank that said no has been asked successfully; only a wrong state is an error here. */
  private void answerSettled(RoutingContext ctx, String requestId, Entry entry) {
    var refusal = entry.refusal();
    var intent = entry.intent();
    if (intent == null || (refusal != null && refusal.status() != 402)) {
      Answers.send(ctx, 400, requestId, json.answer(entry, false));
    } else {
      Answers.send(ctx, 200, requestId, json.intent(intent, false));
    }
  }

  private static boolean approved(JsonObject body) {
    if (!Set.of(OUTCOME).containsAll(body.fieldNames())) {
      throw StripeErrors.invalid("parameter_unknown", null, "The only field is " + OUTCOME + ".");
    }
    var outcome = body.getValue(OUTCOME, "approved");
    if (!Set.<Object>of("approved", "declined").contains(outcome)) {
      throw StripeErrors.invalid(null, OUTCOME, "outcome is approved or declined");
    }
    return outcome.equals("approved");
  }

  private void answer(RoutingContext ctx, JsonObject body) {
    Answers.send(ctx, 200, ids.next("req"), body);
  }

  /** Written in pieces, each when the last has left, so that any number of intents fits. */
  private void ledger(RoutingContext ctx) {
    var all = List.copyOf(books.intents().oldestFirst());
    var response = ctx.response().setChunked(true).putHeader("Content-Type", "application/json");
    var head = "{\"asOf\":" + ledger.now() + ",\"count\":" + all.size() + ",\"intents\":[";
    recorder
        .durable()
        .compose(_ -> response.write(head))
        .compose(_ -> write(response, all, 0))
        .compose(_ -> response.end("]}"))
        .onFailure(ctx::fail);
  }

  private static Future<Void> write(HttpServerResponse response, List<Intent> all, int from) {
    if (from >= all.size()) {
      return Future.succeededFuture();
    }
    var to = Math.min(all.size(), from + CHUNK);
    var chunk = Buffer.buffer();
    for (int i = from; i < to; i++) {
      chunk.appendString(i == 0 ? "" : ",").appendBuffer(line(all.get(i)).toBuffer());
    }
    return response.write(chunk).compose(_ -> write(response, all, to));
  }

  private static JsonObject line(Intent intent) {
    var funds = intent.funds();
    var metadata = new JsonObject();
    intent.terms().metadata().forEach(metadata::put);
    return new JsonObject()
        .put("id", intent.id())
        .put("status", intent.status().wire())
        .put("currency", intent.terms().currency())
        .put("amount", intent.terms().amount())
        .put("authorized", funds.authorized())
        .put("capturable", funds.capturable())
        .put("captured", funds.captured())
        .put("refunded", funds.refunded())
        .put("released", funds.released())
        .put("captures", funds.captures())
        .put("created", intent.terms().created())
        .put("metadata", metadata);
  }
}
