package io.ordersystem.devstack.client;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one principal can ask of the system. Safe for many threads. */
public final class Caller {
  /** Whoever judges by what it reads asks the primary, unless a token says what is enough. */
  private static final String NO_CACHE = "no-cache";

  private static final String CACHE_CONTROL = "Cache-Control";

  /** The longest wait the contract allows in one call. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final URI gateway;
  private final String token;
  private final Exchange exchange;
  private final Json json;
  private final CallLimits limits;

  Caller(URI gateway, String token, Exchange exchange, Json json, CallLimits limits) {
    this.gateway = gateway;
    this.token = token;
    this.exchange = exchange;
    this.json = json;
    this.limits = limits;
  }

  /**
   * Places an order once, however often it has to be sent.
   *
   * @param idempotencyKey names the intent; stays the same when the caller tries again
   * @param wait how long the answer may be held until the order is decided; zero for not at all
   */
  public Placement place(OrderRequest order, String idempotencyKey, Duration wait) {
    var request = waiting(post("/api/orders", order, idempotencyKey), wait).build();
    var response = exchange.send(request);
    return switch (response.statusCode()) {
      case 201 ->
          new Placement.Placed(
              json.read(Exchange.call(request), response.body(), OrderView.class),
              response.headers().firstValue("Consistency-Token").orElse(null));
      case 409, 422 -> new Placement.Refused(response.statusCode(), json.problem(response.body()));
      default -> throw failed(request, response);
    };
  }

  /**
   * The order, a parent with its children and their lines.
   *
   * @param wait how long the answer may be held until the order is decided; zero for not at all
   * @param consistencyToken what a write answered; the read is not older than that
   */
  public OrderView order(String idOrNumber, Duration wait, @Nullable String consistencyToken) {
    var request = waiting(to("/api/orders/" + idOrNumber), wait);
    if (consistencyToken != null) {
      request.header("Consistency-Token", consistencyToken);
    } else {
      request.header(CACHE_CONTROL, NO_CACHE);
    }
    return ask(request.GET().build(), OrderView.class, 200);
  }

  /**
   * The same order with the lines of every child, also when the parent's answer had no room for
   * them.
   */
  public OrderView withLines(OrderView order) {
    var children =
        order.children().stream()
            .map(child -> child.items().isEmpty() ? order(child.id(), Duration.ZERO, null) : child)
            .toList();
    return order.withChildren(children);
  }

  /** The offer, if the seller has one of that variant. */
  public Optional<Offer> findOffer(String variantId, String sellerId) {
    var request = to(offerPath(variantId, sellerId)).header(CACHE_CONTROL, NO_CACHE).GET().build();
    var response = exchange.send(request);
    if (response.statusCode() == 404) {
      return Optional.empty();
    }
    return Optional.of(answer(request, response, Offer.class, 200));
  }

  /** Makes the offer or changes its terms. */
  public Offer putOffer(String variantId, String sellerId, Offer.Terms terms) {
    var request =
        to(offerPath(variantId, sellerId))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofByteArray(json.write(terms)))
            .build();
    return ask(request, Offer.class, 200, 201);
  }

  /** Books a change of stock once, however often it has to be sent. */
  public void move(String variantId, String sellerId, Movement movement, String idempotencyKey) {
    var request =
        post(offerPath(variantId, sellerId) + "/movements", movement, idempotencyKey).build();
    var response = exchange.send(request);
    if (response.statusCode() != 201) {
      throw failed(request, response);
    }
  }

  /** One answer per question, in their order. */
  public List<Availability> availability(List<Availability.Question> questions) {
    var request =
        to("/api/inventory/availability")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(json.write(Map.of("items", questions))))
            .build();
    return List.of(ask(request, AvailabilityAnswer.class, 200).items());
  }

  /**
   * Any call of the contract, answered as it is: refusals are answers, too.
   *
   * @param idempotencyKey of a POST that may be repeated; without one it is sent again only when it
   *     was not answered at all
   * @param body null for none
   */
  public Answer call(
      String method, String path, @Nullable Object body, @Nullable String idempotencyKey) {
    var request =
        to(path)
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(json.write(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (method.equals("GET")) {
      request.header(CACHE_CONTROL, NO_CACHE);
    }
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    var response = exchange.send(request.build());
    return new Answer(response.statusCode(), json.tree(response.body()));
  }

  private record AvailabilityAnswer(Availability[] items) {}

  private static String offerPath(String variantId, String sellerId) {
    return "/api/inventory/" + variantId + "/sellers/" + sellerId;
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(gateway.resolve(path))
        .timeout(limits.answerTimeout())
        .header("Authorization", "Bearer " + token)
        .header("Accept", "application/json, application/problem+json");
  }

  private HttpRequest.Builder post(String path, Object body, String idempotencyKey) {
    return to(path)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", idempotencyKey)
        .POST(BodyPublishers.ofByteArray(json.write(body)));
  }

  private static HttpRequest.Builder waiting(HttpRequest.Builder request, Duration wait) {
    return wait.isPositive()
        ? request.header("Prefer", "wait=" + Math.max(1, wait.toSeconds()))
        : request;
  }

  private <T> T ask(HttpRequest request, Class<T> type, int... expected) {
    return answer(request, exchange.send(request), type, expected);
  }

  private <T> T answer(
      HttpRequest request, HttpResponse<byte[]> response, Class<T> type, int... expected) {
    for (int status : expected) {
      if (response.statusCode() == status) {
        return json.read(Exchange.call(request), response.body(), type);
      }
    }
    throw failed(request, response);
  }

  private CallFailed failed(HttpRequest request, HttpResponse<byte[]> response) {
    return new CallFailed(
        Exchange.call(request), response.statusCode(), json.problem(response.body()));
  }
}
