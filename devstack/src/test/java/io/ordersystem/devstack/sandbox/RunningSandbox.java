package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.net.RequestOptions;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.service.PaymentIntentService;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sandbox at an address, as a merchant with the official SDK and as whoever plants faults. */
final class RunningSandbox implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RunningSandbox.class.getName());

  private static final Duration SOON = Duration.ofMillis(100);

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final @Nullable SandboxServer server;

  RunningSandbox(int port) {
    this(port, null);
  }

  private RunningSandbox(int port, @Nullable SandboxServer server) {
    this.url = "http://127.0.0.1:" + port;
    this.server = server;
  }

  /** One of this process, on a free port, that nobody else sees. */
  private static RunningSandbox inProcess(
      Path data,
      @Nullable WebhookTarget webhooks,
      WebhookPolicy policy,
      Duration refundsEndAfter,
      Clock clock)
      throws IOException {
    var server =
        SandboxServer.start(
            new SandboxServer.Settings(
                0,
                data,
                webhooks,
                policy,
                Limits.forHeap(128 << 20),
                refundsEndAfter,
                clock,
                failure -> LOG.log(System.Logger.Level.ERROR, "The journal failed", failure)));
    return new RunningSandbox(server.port(), server);
  }

  static RunningSandbox inProcess(Path data, WebhookTarget webhooks, WebhookPolicy policy)
      throws IOException {
    return inProcess(data, webhooks, policy, SOON, Clock.systemUTC());
  }

  static RunningSandbox inProcess(Path data) throws IOException {
    return inProcess(data, null, WebhookPolicy.DEFAULT, SOON, Clock.systemUTC());
  }

  static RunningSandbox inProcess(Path data, Duration refundsEndAfter, Clock clock)
      throws IOException {
    return inProcess(data, null, WebhookPolicy.DEFAULT, refundsEndAfter, clock);
  }

  String url() {
    return url;
  }

  StripeClient stripe() {
    return stripe(Duration.ofSeconds(5));
  }

  StripeClient stripe(Duration readTimeout) {
    return StripeClient.builder()
        .setApiKey("sk_test_local")
        .setApiBase(url)
        .setMaxNetworkRetries(0)
        .setConnectTimeout(2_000)
        .setReadTimeout((int) readTimeout.toMillis())
        .build();
  }

  PaymentIntentService intents() {
    return stripe().v1().paymentIntents();
  }

  /** An order of 10.00 EUR, held until it is shipped. */
  static PaymentIntentCreateParams.Builder order(String paymentMethod) {
    return PaymentIntentCreateParams.builder()
        .setAmount(1_000L)
        .setCurrency("eur")
        .setPaymentMethod(paymentMethod)
        .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
        .setConfirm(true)
        .setPaymentMethodOptions(
            PaymentIntentCreateParams.PaymentMethodOptions.builder()
                .setCard(
                    PaymentIntentCreateParams.PaymentMethodOptions.Card.builder()
                        .setRequestMulticapture(
                            PaymentIntentCreateParams.PaymentMethodOptions.Card.RequestMulticapture
                                .IF_AVAILABLE)
                        .build())
                .build())
        .putMetadata("order_id", "order-1");
  }

  static PaymentIntentCaptureParams capture(long amount, boolean last) {
    return PaymentIntentCaptureParams.builder()
        .setAmountToCapture(amount)
        .setFinalCapture(last)
        .build();
  }

  static RequestOptions key(String key) {
    return RequestOptions.builder().setIdempotencyKey(key).build();
  }

  PaymentIntent held() throws StripeException {
    return intents().create(order("pm_card_visa").build());
  }

  /** An order of 10.00 EUR that was shipped, and so is paid. */
  String paid(String paymentMethod) throws StripeException {
    var id = intents().create(order(paymentMethod).build()).getId();
    assertThat(intents().capture(id).getStatus()).isEqualTo("succeeded");
    return id;
  }

  Refund refund(String intent, @Nullable Long amount) throws StripeException {
    return stripe()
        .v1()
        .refunds()
        .create(RefundCreateParams.builder().setPaymentIntent(intent).setAmount(amount).build());
  }

  /** The kinds of all events, oldest first. */
  List<String> eventTypes() throws StripeException {
    return stripe()
        .v1()
        .events()
        .list(EventListParams.builder().setLimit(100L).build())
        .getData()
        .reversed()
        .stream()
        .map(Event::getType)
        .toList();
  }

  /** What the ledger says of one intent. */
  JsonObject ledger(String intent) {
    return ledger().getJsonArray("intents").stream()
        .map(JsonObject.class::cast)
        .filter(line -> line.getString("id").equals(intent))
        .findFirst()
        .orElseThrow();
  }

  JsonObject health() {
    return new JsonObject(send(request("/sandbox/health").GET()).body());
  }

  void plant(String faults) {
    assertThat(post("/sandbox/faults", faults).statusCode()).isEqualTo(200);
  }

  JsonObject ledger() {
    return new JsonObject(send(request("/sandbox/ledger").GET()).body());
  }

  /** What the merchant reads under {@code /v1}. */
  HttpResponse<String> get(String path) {
    return send(request(path).header("Authorization", "Bearer sk_test_local").GET());
  }

  HttpResponse<String> post(String path, String json) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(5));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
    if (server != null) {
      server.close();
    }
  }
}
