package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonObject;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
  private final Faults faults = new Faults(new Random(1));

  @Test
  void goesWrongAsOftenAsItWasTold() {
    faults.plant(new JsonObject("{\"failNext\": 2}"));

    assertThat(faults.take(Fault.FAIL_NEXT)).isTrue();
    assertThat(faults.take(Fault.FAIL_NEXT)).isTrue();
    assertThat(faults.take(Fault.FAIL_NEXT)).isFalse();
  }

  @Test
  void goesWrongAtTheRateItWasTold() {
    faults.plant(new JsonObject("{\"failPercent\": 30, \"failNext\": 1}"));
    faults.plant(new JsonObject("{\"webhooks\": {\"losePercent\": 100}}"));

    assertThat(faults.take(Fault.FAIL_NEXT, Fault.FAIL_PERCENT)).isTrue();
    long wrong =
        IntStream.range(0, 1_000)
            .filter(_ -> faults.take(Fault.FAIL_NEXT, Fault.FAIL_PERCENT))
            .count();
    assertThat(wrong).isBetween(250L, 350L);
    assertThat(faults.take(Fault.LOSE_NEXT, Fault.LOSE_PERCENT)).isTrue();
    assertThat(faults.take(Fault.DUPLICATE_NEXT, Fault.DUPLICATE_PERCENT)).isFalse();
  }

  @Test
  void leavesFaultsThatAreNotNamed() {
    faults.plant(new JsonObject("{\"latencyMs\": 5}"));
    faults.plant(new JsonObject("{\"webhooks\": {\"shuffle\": true}}"));

    assertThat(faults.value(Fault.LATENCY_MS)).isEqualTo(5);
    assertThat(faults.value(Fault.SHUFFLE)).isEqualTo(1);
    faults.clear();
    assertThat(faults.value(Fault.LATENCY_MS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"failNext\": 1, \"unknown\": 1}",
        "{\"failNext\": 1, \"webhooks\": {\"failNext\": 1}}",
        "{\"failNext\": 1, \"webhooks\": 3}",
        "{\"failNext\": -1}",
        "{\"failNext\": null}",
        "{\"failNext\": \"3\"}",
        "{\"failNext\": 1.5}",
        "{\"failNext\": 99999999999}",
        "{\"failNext\": 1, \"webhooks\": {\"shuffle\": 1}}",
        "{\"failNext\": 1, \"latencyMs\": 60001}",
        "{\"failNext\": 1, \"failPercent\": 101}",
        "{\"failNext\": 1, \"webhooks\": {\"losePercent\": -1}}",
        "{\"failNext\": 1, \"webhooks.loseNext\": 1}"
      })
  void refusesWhatItDoesNotKnowAndPlantsNothingOfIt(String wanted) {
    assertThatExceptionOfType(StripeErrors.Refused.class)
        .isThrownBy(() -> faults.plant(new JsonObject(wanted)));
    assertThat(faults.value(Fault.FAIL_NEXT)).isZero();
  }
}
