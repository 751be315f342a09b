package io.ordersystem.devstack.sandbox;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The whole ledger for reconciliation: each intent's money, with the refunds that moved it. */
final class AdminLedger {
  private static final int CHUNK = 500;

  private final Books books;
  private final Recorder recorder;

  AdminLedger(Books books, Recorder recorder) {
    this.books = books;
    this.recorder = recorder;
  }

  /** What is in the books at one moment. */
  private record Snapshot(List<Intent> intents, Map<String, List<Refund>> refunds) {
    static Snapshot of(Books books) {
      return new Snapshot(
          List.copyOf(books.intents().oldestFirst()),
          books.refunds().oldestFirst().stream().collect(Collectors.groupingBy(Refund::intent)));
    }

    JsonObject line(int index) {
      var intent = intents.get(index);
      return AdminLedger.line(intent, refunds.getOrDefault(intent.id(), List.of()));
    }
  }

  /** Written in pieces, each when the last has left, so that any number of intents fits. */
  void answer(RoutingContext ctx, long now) {
    var all = Snapshot.of(books);
    var response = ctx.response().setChunked(true).putHeader("Content-Type", "application/json");
    var head = "{\"asOf\":" + now + ",\"count\":" + all.intents().size() + ",\"intents\":[";
    recorder
        .durable()
        .compose(_ -> response.write(head))
        .compose(_ -> write(response, all, 0))
        .compose(_ -> response.end("]}"))
        .onFailure(ctx::fail);
  }

  private static Future<Void> write(HttpServerResponse response, Snapshot all, int from) {
    var count = all.intents().size();
    if (from >= count) {
      return Future.succeededFuture();
    }
    var to = Math.min(count, from + CHUNK);
    var chunk = Buffer.buffer();
    for (int i = from; i < to; i++) {
      chunk.appendString(i == 0 ? "" : ",").appendBuffer(all.line(i).toBuffer());
    }
    return response.write(chunk).compose(_ -> write(response, all, to));
  }

  private static JsonObject line(Intent intent, List<Refund> refunds) {
    var funds = intent.funds();
    return new JsonObject()
        .put("id", intent.id())
        .put("status", intent.status().wire())
        .put("currency", intent.terms().currency())
        .put("amount", intent.terms().amount())
        .put("authorized", funds.authorized())
        .put("capturable", funds.capturable())
        .put("captured", funds.captured())
        .put("refunded", funds.refunded())
        .put("disputed", funds.disputed())
        .put("released", funds.released())
        .put("captures", funds.captures())
        .put("created", intent.terms().created())
        .put("metadata", StripeJson.map(intent.terms().metadata()))
        .put("refunds", new JsonArray(refunds.stream().map(AdminLedger::line).toList()));
  }

  private static JsonObject line(Refund refund) {
    return new JsonObject()
        .put("id", refund.id())
        .put("amount", refund.amount())
        .put("status", refund.status().wire())
        .put("metadata", StripeJson.map(refund.metadata()));
  }
}
