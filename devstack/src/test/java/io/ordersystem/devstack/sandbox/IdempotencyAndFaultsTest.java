package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.capture;
import static io.ordersystem.devstack.sandbox.RunningSandbox.key;
import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdempotencyAndFaultsTest {
  @TempDir Path data;
  private RunningSandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    sandbox = RunningSandbox.inProcess(data);
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private PaymentIntent place(String key) throws StripeException {
    return sandbox.intents().create(order("pm_card_visa").build(), key(key));
  }

  private int intents() {
    return sandbox.ledger().getInteger("count");
  }

  @Test
  void repeatsTheFirstAnswerForTheSameKey() throws Exception {
    var first = place("k1");
    assertThat(sandbox.intents().capture(first.getId()).getStatus()).isEqualTo("succeeded");
    var repeat = place("k1");

    assertThat(repeat).isEqualTo(first);
    assertThat(repeat.getLastResponse().headers().firstValue("Idempotent-Replayed"))
        .contains("true");
    assertThat(repeat.getLastResponse().headers().firstValue("Original-Request"))
        .contains(first.getLastResponse().requestId());
    assertThat(first.getLastResponse().headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(intents()).isEqualTo(1);
  }

  @Test
  void repeatsADeclineWithoutAskingTheCardAgain() {
    var declined = order("pm_card_chargeDeclined").build();
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(CardException.class)
          .isThrownBy(() -> sandbox.intents().create(declined, key("k1")));
    }

    assertThat(intents()).isEqualTo(1);
  }

  @Test
  void refusesAKeyUsedForSomethingElse() throws Exception {
    var id = place("k1").getId();

    assertThatExceptionOfType(IdempotencyException.class)
        .isThrownBy(() ->
            sandbox.intents().create(order("pm_card_visa").setAmount(2_000L).build(), key("k1")));
    assertThatExceptionOfType(IdempotencyException.class)
        .isThrownBy(() -> sandbox.intents().capture(id, capture(1, true), key("k1")));
    assertThat(intents()).isEqualTo(1);
  }

  @Test
  void refusesASecondCallWhileTheFirstIsUnderWay() throws Exception {
    sandbox.plant("{\"latencyMs\": 400}");
    var conflicts = new ArrayList<ApiException>();
    var placed = new ArrayList<PaymentIntent>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Object> call =
          () -> {
            try {
              return place("k1");
            } catch (ApiException e) {
              return e;
            }
          };
      var first = threads.submit(call);
      var second = threads.submit(call);
      for (var answer : List.of(first, second)) {
        switch (answer.get(10, TimeUnit.SECONDS)) {
          case ApiException refused -> conflicts.add(refused);
          case PaymentIntent intent -> placed.add(intent);
          default -> throw new AssertionError();
        }
      }
    }

    assertThat(placed).hasSize(1);
    assertThat(conflicts).singleElement().extracting(ApiException::getStatusCode).isEqualTo(409);
    assertThat(place("k1")).isEqualTo(placed.getFirst());
  }

  @Test
  void takesEffectOnceWhenTheAnswerIsLostAndTheCallRepeated() throws Exception {
    sandbox.plant("{\"timeoutAfterEffectNext\": 1}");
    var impatient = sandbox.stripe(Duration.ofMillis(300)).v1().paymentIntents();

    assertThatExceptionOfType(ApiConnectionException.class)
        .isThrownBy(() -> impatient.create(order("pm_card_visa").build(), key("k1")));
    assertThat(intents()).isEqualTo(1);
    assertThat(place("k1").getStatus()).isEqualTo("requires_capture");
    assertThat(intents()).isEqualTo(1);
  }

  @Test
  void capturesOnceWhenTheAnswerIsLostAndTheCallRepeated() throws Exception {
    var id = sandbox.held().getId();
    sandbox.plant("{\"timeoutAfterEffectNext\": 1}");
    var impatient = sandbox.stripe(Duration.ofMillis(300)).v1().paymentIntents();

    assertThatExceptionOfType(ApiConnectionException.class)
        .isThrownBy(() -> impatient.capture(id, capture(300, false), key("c1")));
    assertThat(sandbox.intents().capture(id, capture(300, false), key("c1")).getAmountReceived())
        .isEqualTo(300);
    assertThat(sandbox.intents().retrieve(id).getAmountReceived()).isEqualTo(300);
  }

  @Test
  void closesTheConnectionAtOnceWhenToldNotToHoldIt() throws Exception {
    // Two, because HttpURLConnection repeats a call whose connection closes, without saying so.
    sandbox.plant("{\"timeoutAfterEffectNext\": 2, \"holdMs\": 0}");

    assertThatExceptionOfType(ApiConnectionException.class).isThrownBy(() -> place("k1"));
    assertThat(place("k1").getStatus()).isEqualTo("requires_capture");
    assertThat(intents()).isEqualTo(1);
  }

  @Test
  void failsWithoutEffectAsOftenAsItWasTold() throws Exception {
    sandbox.plant("{\"failNext\": 1}");

    var error = catchThrowableOfType(ApiException.class, () -> place("k1"));
    assertThat(error.getStatusCode()).isEqualTo(500);
    assertThat(intents()).isZero();
    assertThat(place("k1").getStatus()).isEqualTo("requires_capture");
  }

  @Test
  void failsAtTheRateItWasToldAndCountsIt() throws Exception {
    sandbox.plant("{\"failPercent\": 50}");
    int failed = 0;
    for (int i = 0; i < 40; i++) {
      try {
        assertThat(place("k" + i).getId()).isNotEmpty();
      } catch (ApiException e) {
        failed++;
      }
    }

    assertThat(failed).isBetween(1, 39);
    assertThat(intents()).isEqualTo(40 - failed);
    assertThat(calls().getInteger("failed")).isEqualTo(failed);
  }

  @Test
  void failsNoReadingAtARateOfChanges() throws Exception {
    var id = sandbox.held().getId();
    sandbox.plant("{\"failPercent\": 100, \"timeoutAfterEffectPercent\": 100}");

    assertThat(sandbox.intents().retrieve(id).getStatus()).isEqualTo("requires_capture");
    assertThat(calls()).isEqualTo(new JsonObject().put("failed", 0).put("heldAfterEffect", 0));
  }

  @Test
  void losesAnswersAtTheRateItWasToldAndCountsThem() throws Exception {
    sandbox.plant("{\"timeoutAfterEffectPercent\": 100, \"holdMs\": 10000}");
    var impatient = sandbox.stripe(Duration.ofMillis(300)).v1().paymentIntents();

    assertThatExceptionOfType(ApiConnectionException.class)
        .isThrownBy(() -> impatient.create(order("pm_card_visa").build(), key("k1")));
    assertThat(calls().getInteger("heldAfterEffect")).isEqualTo(1);
    sandbox.plant("{\"timeoutAfterEffectPercent\": 0}");
    assertThat(place("k1").getStatus()).isEqualTo("requires_capture");
    assertThat(intents()).isEqualTo(1);
  }

  private JsonObject calls() {
    return sandbox.health().getJsonObject("calls");
  }

  @Test
  void declinesAnyCardWhenToldTo() throws Exception {
    sandbox.plant("{\"declineNext\": 1}");

    assertThatExceptionOfType(CardException.class).isThrownBy(() -> place("k1"));
    assertThat(place("k2").getStatus()).isEqualTo("requires_capture");
  }

  @Test
  void refusesFaultsItDoesNotKnow() {
    assertThat(sandbox.post("/sandbox/faults", "{\"explode\": 1}").statusCode()).isEqualTo(400);
    assertThat(sandbox.post("/sandbox/faults", "[1]").statusCode()).isEqualTo(400);
    assertThat(sandbox.post("/sandbox/faults", "{").statusCode()).isEqualTo(400);
  }

  @Test
  void forgetsFaultsWhenAsked() throws Exception {
    sandbox.plant("{\"failNext\": 5}");
    assertThat(sandbox.send(sandbox.request("/sandbox/faults").DELETE()).statusCode())
        .isEqualTo(200);

    assertThat(place("k1").getStatus()).isEqualTo("requires_capture");
  }
}
