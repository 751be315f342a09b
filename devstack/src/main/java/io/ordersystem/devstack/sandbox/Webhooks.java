package io.ordersystem.devstack.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Delivers events at least once, in no certain order, signed, with a limited number of attempts.
 * Used from one thread only.
 */
final class Webhooks {
  private static final System.Logger LOG = System.getLogger(Webhooks.class.getName());
  private static final int SHUFFLE_MS = 500;

  private final Vertx vertx;
  private final HttpClient client;
  private final WebhookTarget target;
  private final WebhookPolicy policy;
  private final Faults faults;
  private final Clock clock;
  private final RandomGenerator random;
  private final StripeJson json;
  private final Consumer<Event> settled;
  private final Queue<Delivery> ready = new ArrayDeque<>();
  private int outstanding;
  private int underWay;
  private long delivered;
  private long lost;
  private long duplicated;
  private long givenUp;
  private long dropped;

  /** One event on its way; {@code extra} marks a planted duplicate, which settles nothing. */
  private record Delivery(Event event, int attempt, boolean extra) {
    Delivery next() {
      return new Delivery(event, attempt + 1, extra);
    }
  }

  /** What a delivery needs from around it. */
  record Surroundings(
      Vertx vertx, Faults faults, Clock clock, RandomGenerator random, StripeJson json) {}

  /** {@code settled} hears of every event whose delivery has ended, well or not. */
  Webhooks(
      Surroundings around, WebhookTarget target, WebhookPolicy policy, Consumer<Event> settled) {
    this.vertx = around.vertx();
    this.faults = around.faults();
    this.clock = around.clock();
    this.random = around.random();
    this.json = around.json();
    this.target = target;
    this.policy = policy;
    this.settled = settled;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(policy.atOnce())
                .setConnectTimeout((int) policy.timeout().toMillis()));
  }

  void announce(Event event) {
    if (faults.take(Fault.LOSE_NEXT, Fault.LOSE_PERCENT)) {
      lost++;
      settled.accept(event);
      return;
    }
    start(new Delivery(event, 1, false));
    if (faults.take(Fault.DUPLICATE_NEXT, Fault.DUPLICATE_PERCENT)) {
      start(new Delivery(event, 1, true));
    }
  }

  private void start(Delivery delivery) {
    if (outstanding >= policy.outstanding()) {
      dropped++;
      LOG.log(System.Logger.Level.WARNING, "Event {0} not sent: too many wait", id(delivery));
      return;
    }
    outstanding++;
    duplicated += delivery.extra() ? 1 : 0;
    var shuffle = faults.value(Fault.SHUFFLE) == 1 ? random.nextInt(SHUFFLE_MS) : 0;
    after(faults.value(Fault.DELAY_MS) + (long) shuffle, delivery);
  }

  private void after(long delayMs, Delivery delivery) {
    if (delayMs == 0) {
      ready.add(delivery);
      sendReady();
    } else {
      vertx.setTimer(delayMs, _ -> after(0, delivery));
    }
  }

  private void sendReady() {
    while (underWay < policy.atOnce()) {
      var delivery = ready.poll();
      if (delivery == null) {
        return;
      }
      underWay++;
      send(delivery)
          .onComplete(sent -> {
            underWay--;
            ended(delivery, sent.succeeded() ? sent.result() : String.valueOf(sent.cause()));
            sendReady();
          });
    }
  }

  /** Succeeds with the empty text, or with what the receiver said instead. */
  private Future<String> send(Delivery delivery) {
    var payload = json.event(delivery.event()).encode();
    var secret =
        faults.take(Fault.WRONG_SIGNATURE_NEXT) ? "whsec_of_somebody_else" : target.secret();
    var options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(target.url().toString())
            .setTimeout(policy.timeout().toMillis())
            .putHeader("Content-Type", "application/json; charset=utf-8")
            .putHeader("User-Agent", "Stripe/1.0 (payment sandbox)")
            .putHeader(
                Signature.HEADER,
                Signature.header(secret, clock.instant().getEpochSecond(), payload));
    return client
        .request(options)
        .compose(request -> request.send(Buffer.buffer(payload)))
        .map(response -> response.statusCode() / 100 == 2 ? "" : "status " + response.statusCode());
  }

  private void ended(Delivery delivery, String complaint) {
    if (complaint.isEmpty()) {
      delivered++;
      end(delivery);
    } else if (delivery.attempt() >= policy.attempts()) {
      givenUp++;
      LOG.log(
          System.Logger.Level.WARNING,
          "Event {0} given up after {1} attempts: {2}",
          id(delivery),
          delivery.attempt(),
          complaint);
      end(delivery);
    } else {
      var pause = policy.pauseAfter(delivery.attempt()).toMillis();
      after(Math.max(1, pause / 2 + random.nextLong(pause / 2 + 1)), delivery.next());
    }
  }

  private void end(Delivery delivery) {
    outstanding--;
    if (!delivery.extra()) {
      settled.accept(delivery.event());
    }
  }

  private static String id(Delivery delivery) {
    return delivery.event().id();
  }

  /** Counts since the start of the process. */
  JsonObject toJson() {
    return new JsonObject()
        .put("outstanding", outstanding)
        .put("delivered", delivered)
        .put("lost", lost)
        .put("duplicated", duplicated)
        .put("givenUp", givenUp)
        .put("dropped", dropped);
  }
}
