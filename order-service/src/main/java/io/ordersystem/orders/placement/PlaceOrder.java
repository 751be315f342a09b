package io.ordersystem.orders.placement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ordersystem.orders.order.NewOrders;
import io.ordersystem.orders.order.OrderView;
import io.ordersystem.orders.order.Placement;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.metrics.Durations;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.SqlFailures;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes an order: stores it as PENDING and asks for its stock, in one transaction. */
@ApplicationScoped
class PlaceOrder {
  private static final String OPERATION = "POST /api/orders";
  private static final int NUMBERS_TRIED = 3;

  private final PriceOrder priceOrder;
  private final NewOrders newOrders;
  private final IdempotentRequests requests;
  private final ObjectMapper json;
  private final Timer duration;
  private final Counter success;
  private final Map<Result, Counter> counted = new EnumMap<>(Result.class);

  /** How a request ended, for the metric: who is refused with a reason was served. */
  private enum Result {
    CREATED,
    /** It was answered what an earlier one with its key was. */
    REPEATED,
    REFUSED,
    FAILED
  }

  PlaceOrder(
      PriceOrder priceOrder,
      NewOrders newOrders,
      IdempotentRequests requests,
      ObjectMapper json,
      MeterRegistry metrics) {
    this.priceOrder = priceOrder;
    this.newOrders = newOrders;
    this.requests = requests;
    this.json = json;
    this.duration =
        Durations.ofAnswers("order.creation.duration")
            .description("From the request to the stored order")
            .register(metrics);
    this.success =
        Counter.builder("order.creation.success")
            .description("Orders that were stored")
            .register(metrics);
    for (Result result : Result.values()) {
      counted.put(
          result,
          Counter.builder("order.creation.requests")
              .description("Requests to place an order, by how they ended")
              .tag("result", result.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
  }

  /**
   * Places the order, or answers what an earlier request with the same key was answered.
   *
   * @param key the {@code Idempotency-Key}, without quotes
   */
  Uni<StoredAnswer> place(
      Caller caller, @Nullable String key, PlaceOrderRequest request, Cause cause) {
    requireOwn(caller, request);
    Timer.Sample started = Timer.start();
    // A repeat is answered before prices and stock are looked at: they may have changed since.
    return requests
        .find(identified(caller, key, request))
        .chain(earlier ->
            earlier.isPresent()
                ? Uni.createFrom().item(earlier.get())
                : placeNew(caller, key, request, cause))
        .invoke(answer -> count(answer, started))
        .onFailure()
        .invoke(this::count);
  }

  /** A customer orders for itself only. */
  static void requireOwn(Caller caller, PlaceOrderRequest request) {
    if (!caller.isTrusted() && !caller.subject().equals(request.customerId())) {
      throw Refusals.notYours();
    }
  }

  private void count(StoredAnswer answer, Timer.Sample started) {
    if (answer.replayed()) {
      count(Result.REPEATED);
      return;
    }
    count(Result.CREATED);
    success.increment();
    started.stop(duration);
  }

  private void count(Throwable failure) {
    boolean refused = failure instanceof DomainException known && known.type().status() < 500;
    count(refused ? Result.REFUSED : Result.FAILED);
  }

  private void count(Result result) {
    Objects.requireNonNull(counted.get(result)).increment();
  }

  private Uni<StoredAnswer> placeNew(
      Caller caller, @Nullable String key, PlaceOrderRequest request, Cause cause) {
    return priceOrder
        .price(caller, request)
        .map(placement ->
            store(caller, key, request, placement, cause)
                // Another order of the day has drawn the same number: draw again.
                .onFailure(failure -> SqlFailures.isUniqueViolation(failure, "order_number"))
                .retry()
                .atMost(NUMBERS_TRIED))
        .onFailure(DomainException.class)
        .recoverWithItem(refusal -> refuse(caller, key, request, refusal))
        .chain(stored -> stored);
  }

  /**
   * A refusal counts only where the key is free: the first request with it may be about to commit,
   * and its order may be why there is no stock left.
   */
  private Uni<StoredAnswer> refuse(
      Caller caller, @Nullable String key, PlaceOrderRequest request, Throwable refusal) {
    Uni<StoredAnswer> refused = Uni.createFrom().failure(refusal);
    return key == null ? refused : requests.once(identified(caller, key, request), tx -> refused);
  }

  private Uni<StoredAnswer> store(
      Caller caller,
      @Nullable String key,
      PlaceOrderRequest request,
      Placement placement,
      Cause cause) {
    return requests.once(
        identified(caller, key, request),
        tx -> newOrders.place(tx, placement, caller.subject(), cause).map(this::created));
  }

  private static IdempotentRequests.Request identified(
      Caller caller, @Nullable String key, PlaceOrderRequest request) {
    return new IdempotentRequests.Request(caller, key, OPERATION, request);
  }

  private StoredAnswer created(OrderView order) {
    try {
      return new StoredAnswer(
          201,
          "/api/orders/" + order.id(),
          EntityTags.of(order.version()),
          json.writeValueAsString(order),
          false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an order is always writable", e);
    }
  }
}
