package io.ordersystem.contracts.consumer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ordersystem.contracts.EventType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Reads an order's missing versions from {@code GET /api/orders/{id}/events?after=N}, one page per
 * call: {@code after} is the cursor, so the sequencer's next question is the next page.
 *
 * <p>The history keeps no event ids ({@link ConsumedEvent#id} is null unless the source gives one)
 * and names a version by its change ({@code placed}); the event's type is made from that. It has
 * orders only: for every other source this answers that it has nothing. The token must be allowed
 * to see every order, so its role is {@code service} or {@code operator}.
 *
 * <p>Safe for many threads.
 */
public final class HttpHealer implements Healer {
  private static final String SOURCE = "/order-service";
  private static final String TYPES = "io.ordersystem.";
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final String orders;
  private final Supplier<String> token;
  private final Settings settings;
  private final HttpClient client;

  /** Numbers keep their digits: the data is to be what the source wrote. */
  private final ObjectMapper json =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /**
   * How patient a healer is. One call takes at most {@code attempts} times {@code timeout} and the
   * pauses between them, about 42 seconds by default; keep that below the {@code
   * max.poll.interval.ms} of the Kafka consumer.
   *
   * @param timeout for one answer, from connecting to the end of its body
   * @param attempts questions asked in all when the source is away (5xx, 429, no connection); at
   *     least 1
   * @param pause before the second attempt, doubled for each further one; a {@code Retry-After} of
   *     the source counts if it is longer; never more than 10 seconds
   * @param pageSize events per answer, 1 to 1000
   */
  public record Settings(Duration timeout, int attempts, Duration pause, int pageSize) {
    /** 10 s, 4 attempts, 200 ms, 100 events. */
    public static final Settings DEFAULTS =
        new Settings(Duration.ofSeconds(10), 4, Duration.ofMillis(200), 100);

    /**
     * @throws IllegalArgumentException when a limit is not kept
     */
    public Settings {
      if (attempts < 1 || pageSize < 1 || pageSize > 1000 || !timeout.isPositive()) {
        throw new IllegalArgumentException(
            "attempts %d, page size %d, time-out %s".formatted(attempts, pageSize, timeout));
      }
    }
  }

  /** A healer with {@link Settings#DEFAULTS}. */
  public HttpHealer(URI baseUrl, Supplier<String> token) {
    this(baseUrl, token, Settings.DEFAULTS);
  }

  /**
   * @param baseUrl of the gateway or of order-service, without {@code /api}
   * @param token the bearer token; asked for before each request, so it may be renewed meanwhile
   */
  public HttpHealer(URI baseUrl, Supplier<String> token, Settings settings) {
    this.orders = baseUrl.toString().replaceAll("/+$", "") + "/api/orders/";
    this.token = token;
    this.settings = settings;
    // Redirects are not followed: the token is for this host.
    this.client = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
  }

  /**
   * {@inheritDoc}
   *
   * <p>404 is an empty answer: the source does not know the order.
   *
   * @throws IOException when the source is still away after the last attempt, or its answer cannot
   *     be read
   * @throws IllegalStateException when it refuses the request (any other status): a wrong address
   *     or token does not mend by waiting
   */
  @Override
  public List<ConsumedEvent> after(String source, String subject, long version) throws IOException {
    if (!source.equals(SOURCE)) {
      return List.of();
    }
    URI uri =
        URI.create(
            orders
                + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20")
                + "/events?after="
                + version
                + "&limit="
                + settings.pageSize());
    HttpResponse<String> answer = ask(uri);
    return switch (answer.statusCode()) {
      case 200 -> read(answer.body(), subject, uri);
      case 404 -> List.of();
      default -> throw new IllegalStateException(refusal(uri, answer));
    };
  }

  /** An answer that asking again would not change. */
  private HttpResponse<String> ask(URI uri) throws IOException {
    Duration pause = settings.pause();
    for (int attempt = 1; ; attempt++) {
      Duration wait = pause;
      IOException failure;
      try {
        HttpResponse<String> answer = askOnce(uri);
        int status = answer.statusCode();
        if (status < 500 && status != 429) {
          return answer;
        }
        failure = new IOException(refusal(uri, answer));
        Duration asked = retryAfter(answer);
        wait = asked.compareTo(pause) > 0 ? asked : pause;
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
      }
      if (attempt == settings.attempts()) {
        throw new IOException(
            "%s after %d attempts".formatted(failure.getMessage(), attempt), failure);
      }
      sleep(wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE);
      pause = pause.multipliedBy(2);
    }
  }

  private HttpResponse<String> askOnce(URI uri) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json")
            // What is missing has happened: a replica that does not have it yet is no help.
            .header("Cache-Control", "no-cache")
            .header("Authorization", "Bearer " + token.get())
            .build();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    try {
      // Not the request's own time-out, which ends with the headers: a body may stall as well.
      return answer.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("GET " + uri + ": no answer within " + settings.timeout(), e);
    } catch (ExecutionException e) {
      throw new IOException("GET " + uri + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(e);
    }
  }

  private static void sleep(Duration pause) throws InterruptedIOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    var interrupted = new InterruptedIOException("interrupted while healing");
    interrupted.initCause(e);
    return interrupted;
  }

  private static Duration retryAfter(HttpResponse<?> answer) {
    String seconds = answer.headers().firstValue("Retry-After").orElse("");
    // The other form of the header, a date, is not used by our services.
    return seconds.matches("\\d{1,6}")
        ? Duration.ofSeconds(Integer.parseInt(seconds))
        : Duration.ZERO;
  }

  private static String refusal(URI uri, HttpResponse<String> answer) {
    String body = answer.body();
    return "GET %s: %d %s"
        .formatted(uri, answer.statusCode(), body.substring(0, Math.min(300, body.length())));
  }

  private List<ConsumedEvent> read(String body, String subject, URI uri) throws IOException {
    try {
      var events = new ArrayList<ConsumedEvent>();
      for (JsonNode item : json.readTree(body).required("items")) {
        events.add(
            new ConsumedEvent(
                SOURCE,
                subject,
                item.required("version").longValue(),
                item.path("id").textValue(),
                type(item.required("type").asText()),
                Instant.parse(item.required("time").asText()),
                item.required("data").toString()));
      }
      return events;
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new IOException("GET " + uri + ": unreadable answer: " + e.getMessage(), e);
    }
  }

  /** As order-service names its events: a change without a type of its own is an update. */
  private static String type(String change) {
    if (change.startsWith(TYPES)) {
      return change;
    }
    return EventType.of(TYPES + "order." + change + ".v1").orElse(EventType.ORDER_UPDATED).ceType();
  }
}
