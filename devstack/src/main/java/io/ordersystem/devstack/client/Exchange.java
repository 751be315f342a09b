package io.ordersystem.devstack.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Sends one request until it is answered for good. Everything it sends may be repeated: reads, PUTs
 * and POSTs with an idempotency key.
 */
final class Exchange {
  private static final Set<Integer> COME_BACK_LATER = Set.of(429, 502, 503, 504);

  private final HttpClient http;
  private final CallLimits limits;
  private final Json json;

  Exchange(HttpClient http, CallLimits limits, Json json) {
    this.http = http;
    this.limits = limits;
    this.json = json;
  }

  /** The first answer that is not "come back later", or the last one of all attempts. */
  HttpResponse<byte[]> send(HttpRequest request) {
    for (int attempt = 1; ; attempt++) {
      try {
        var response = http.send(request, BodyHandlers.ofByteArray());
        if (!comeBackLater(response) || attempt >= limits.attempts()) {
          return response;
        }
        pause(request, wanted(response, attempt));
      } catch (IOException failure) {
        if (attempt >= limits.attempts()) {
          throw new CallFailed(
              "%s got no answer in %d attempts: %s".formatted(call(request), attempt, failure),
              failure);
        }
        pause(request, backoff(attempt));
      } catch (InterruptedException interrupted) {
        throw interrupted(request, interrupted);
      }
    }
  }

  static String call(HttpRequest request) {
    return request.method() + " " + request.uri();
  }

  private boolean comeBackLater(HttpResponse<byte[]> response) {
    return COME_BACK_LATER.contains(response.statusCode())
        || (response.statusCode() == 409
            && json.problem(response.body()).code().equals("idempotency-key-in-use"));
  }

  private Duration wanted(HttpResponse<byte[]> response, int attempt) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.strip().matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value.strip())))
        .map(this::capped)
        .orElseGet(() -> backoff(attempt));
  }

  private Duration backoff(int attempt) {
    return capped(limits.pause().multipliedBy(1L << Math.min(attempt - 1, 20)));
  }

  private Duration capped(Duration pause) {
    return pause.compareTo(limits.longestPause()) < 0 ? pause : limits.longestPause();
  }

  private static void pause(HttpRequest request, Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException interrupted) {
      throw interrupted(request, interrupted);
    }
  }

  private static CallFailed interrupted(HttpRequest request, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CallFailed(String.format(Locale.ROOT, "%s was interrupted", call(request)), cause);
  }
}
