package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.stripe.exception.CardException;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Charge;
import com.stripe.model.Event;
import com.stripe.model.Refund;
import com.stripe.net.Webhook;
import com.stripe.param.EventListParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhooksTest {
  private static final String SECRET = "whsec_local";
  private static final WebhookPolicy QUICK =
      new WebhookPolicy(
          3, Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(2), 100, 4);

  /** What came in, and the answer it got. */
  private record Received(String payload, String signature, int answer) {
    Event event() throws SignatureVerificationException {
      return Webhook.constructEvent(payload, signature, SECRET);
    }

    String type() {
      return new JsonObject(payload).getString("type");
    }

    String id() {
      return new JsonObject(payload).getString("id");
    }
  }

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger failuresLeft = new AtomicInteger();
  @TempDir Path data;
  private HttpServer receiver;
  private RunningSandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/", this::receive);
    receiver.start();
    startSandbox();
  }

  private void startSandbox() throws IOException {
    var url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hooks");
    sandbox = RunningSandbox.inProcess(data, new WebhookTarget(url, SECRET), QUICK);
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
    receiver.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      var payload = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var signature = exchange.getRequestHeaders().getFirst("Stripe-Signature");
      var answer =
          failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0
              ? 500
              : verified(payload, signature) ? 200 : 400;
      received.add(new Received(payload, signature, answer));
      exchange.sendResponseHeaders(answer, -1);
    }
  }

  private static boolean verified(String payload, String signature) {
    try {
      return Webhook.constructEvent(payload, signature, SECRET) != null;
    } catch (SignatureVerificationException e) {
      return false;
    }
  }

  private void awaitReceived(int count) {
    await().atMost(Duration.ofSeconds(5)).until(() -> received.size() >= count);
  }

  private JsonObject counts() {
    return sandbox.health().getJsonObject("webhooks");
  }

  private void awaitCount(String name, long count) {
    await().atMost(Duration.ofSeconds(5)).until(() -> counts().getLong(name) == count);
  }

  @Test
  void tellsEachFactSignedAndInTheShapeOfTheSdk() throws Exception {
    var id = sandbox.held().getId();
    assertThat(sandbox.intents().capture(id).getStatus()).isEqualTo("succeeded");
    assertThat(sandbox.refund(id, 400L).getAmount()).isEqualTo(400);
    assertThat(sandbox.intents().cancel(sandbox.held().getId()).getStatus()).isEqualTo("canceled");
    assertThatExceptionOfType(CardException.class)
        .isThrownBy(() -> sandbox.intents().create(order("pm_card_chargeDeclined").build()));
    assertThat(sandbox.intents().create(order("pm_card_authenticationRequired").build()).getId())
        .isNotEmpty();

    awaitReceived(8);
    assertThat(received)
        .extracting(Received::type)
        .containsExactlyInAnyOrder(
            "payment_intent.amount_capturable_updated",
            "payment_intent.succeeded",
            "refund.created",
            "charge.refunded",
            "payment_intent.amount_capturable_updated",
            "payment_intent.canceled",
            "payment_intent.payment_failed",
            "payment_intent.requires_action");
    for (var webhook : received) {
      assertThat(webhook.event().getDataObjectDeserializer().getObject()).isPresent();
      if (webhook.type().equals("charge.refunded")) {
        var charge = (Charge) webhook.event().getDataObjectDeserializer().getObject().orElseThrow();
        assertThat(charge.getPaymentIntent()).isEqualTo(id);
        assertThat(charge.getAmountRefunded()).isEqualTo(400);
      }
    }
  }

  @Test
  void refusesABodyThatWasChangedByOneByte() throws Exception {
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitReceived(1);
    var webhook = received.getFirst();

    assertThatExceptionOfType(SignatureVerificationException.class)
        .isThrownBy(() ->
            Webhook.constructEvent(
                webhook.payload().replace("1000", "9000"), webhook.signature(), SECRET));
  }

  @Test
  void triesAgainUntilItIsHeard() throws Exception {
    failuresLeft.set(2);
    assertThat(sandbox.held().getId()).isNotEmpty();

    awaitCount("delivered", 1);
    assertThat(received).extracting(Received::answer).containsExactly(500, 500, 200);
    assertThat(received).extracting(Received::id).containsOnly(received.getFirst().id());
  }

  @Test
  void givesUpAfterItsLastAttempt() throws Exception {
    failuresLeft.set(Integer.MAX_VALUE);
    assertThat(sandbox.held().getId()).isNotEmpty();

    awaitCount("givenUp", 1);
    assertThat(received).hasSize(3);
    assertThat(counts().getInteger("outstanding")).isZero();
  }

  @Test
  void losesRepeatsAndForgesWhenToldTo() throws Exception {
    sandbox.plant("{\"webhooks\": {\"loseNext\": 1}}");
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitCount("lost", 1);
    assertThat(received).isEmpty();

    sandbox.plant("{\"webhooks\": {\"duplicateNext\": 1}}");
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitReceived(2);
    assertThat(received.get(0).id()).isEqualTo(received.get(1).id());

    sandbox.plant("{\"webhooks\": {\"wrongSignatureNext\": 1}}");
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitReceived(4);
    assertThat(received.subList(2, 4)).extracting(Received::answer).containsExactly(400, 200);
  }

  @Test
  void losesAndRepeatsAtTheRateItWasToldAndCountsIt() throws Exception {
    sandbox.plant("{\"webhooks\": {\"losePercent\": 100, \"duplicatePercent\": 100}}");
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitCount("lost", 1);
    assertThat(received).isEmpty();

    sandbox.plant("{\"webhooks\": {\"losePercent\": 0}}");
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitReceived(2);
    assertThat(received.get(0).id()).isEqualTo(received.get(1).id());
    assertThat(counts().getInteger("lost")).isEqualTo(1);
    assertThat(counts().getInteger("duplicated")).isEqualTo(1);
  }

  @Test
  void tellsOfARefundThatEndedByItself() throws Exception {
    var id = sandbox.paid("pm_card_pendingRefundFail");
    assertThat(sandbox.refund(id, 400L).getStatus()).isEqualTo("pending");

    awaitReceived(5);
    var told = received.stream().filter(webhook -> webhook.type().startsWith("refund.")).toList();
    assertThat(told)
        .extracting(Received::type)
        .containsExactlyInAnyOrder("refund.created", "refund.updated", "refund.failed");
    for (var webhook : told) {
      var refund = (Refund) webhook.event().getDataObjectDeserializer().getObject().orElseThrow();
      assertThat(refund.getPaymentIntent()).isEqualTo(id);
      assertThat(refund.getStatus())
          .isEqualTo(webhook.type().equals("refund.created") ? "pending" : "failed");
    }
  }

  @Test
  void letsEventsOvertakeEachOtherWhenToldTo() throws Exception {
    sandbox.plant("{\"webhooks\": {\"shuffle\": true, \"delayMs\": 100}}");
    for (int i = 0; i < 20; i++) {
      assertThat(sandbox.held().getId()).isNotEmpty();
    }
    awaitReceived(20);
    var listed =
        sandbox
            .stripe()
            .v1()
            .events()
            .list(EventListParams.builder().setLimit(20L).build())
            .getData()
            .reversed();

    assertThat(received)
        .extracting(Received::id)
        .containsExactlyInAnyOrderElementsOf(listed.stream().map(Event::getId).toList())
        .isNotEqualTo(listed.stream().map(Event::getId).toList());
  }

  @Test
  void tellsAfterARestartWhatItCouldNotTellBefore() throws Exception {
    sandbox.plant("{\"webhooks\": {\"delayMs\": 600000}}");
    assertThat(sandbox.held().getId()).isNotEmpty();
    sandbox.close();
    assertThat(received).isEmpty();

    startSandbox();
    awaitCount("delivered", 1);
    sandbox.close();
    startSandbox();
    assertThat(sandbox.held().getId()).isNotEmpty();
    awaitReceived(2);
    assertThat(received).extracting(Received::id).doesNotHaveDuplicates();
    assertThat(Objects.requireNonNull(received.getFirst()).type())
        .isEqualTo("payment_intent.amount_capturable_updated");
  }
}
