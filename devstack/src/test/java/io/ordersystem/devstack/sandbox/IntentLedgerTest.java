package io.ordersystem.devstack.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IntentLedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private final IntentLedger ledger =
      new IntentLedger(new Ids(new Random(1)), Clock.fixed(NOW, ZoneOffset.UTC));

  private Intent intent(CaptureMethod captureMethod, @Nullable String paymentMethod) {
    return ledger.create(
        new NewIntent(
            1_000, "eur", captureMethod, true, Map.of(), null, null, paymentMethod, null));
  }

  private Step confirm(Intent intent) {
    return ledger.confirm(intent, new Confirmation(null, null, false, false));
  }

  private Intent held() {
    return confirm(intent(CaptureMethod.MANUAL, "pm_card_visa")).intent();
  }

  private static @Nullable String code(Step step) {
    return Objects.requireNonNull(step.refusal()).code();
  }

  @Nested
  class Confirming {
    @Test
    void holdsTheMoneyOfAManualCapture() {
      var step = confirm(intent(CaptureMethod.MANUAL, "pm_card_visa"));

      assertThat(step.intent().status()).isEqualTo(IntentStatus.REQUIRES_CAPTURE);
      assertThat(step.intent().funds()).isEqualTo(Funds.held(1_000));
      assertThat(step.events()).containsExactly(EventType.AMOUNT_CAPTURABLE_UPDATED);
    }

    @Test
    void takesTheMoneyOfAnAutomaticCapture() {
      var step = confirm(intent(CaptureMethod.AUTOMATIC, "pm_card_visa"));

      assertThat(step.intent().status()).isEqualTo(IntentStatus.SUCCEEDED);
      assertThat(step.intent().funds().captured()).isEqualTo(1_000);
      assertThat(step.events()).containsExactly(EventType.SUCCEEDED);
    }

    @Test
    void refusesWithoutAPaymentMethod() {
      var step = confirm(intent(CaptureMethod.MANUAL, null));

      assertThat(code(step)).isEqualTo("payment_intent_unexpected_state");
      assertThat(step.events()).isEmpty();
    }

    @Test
    void refusesASecondTimeOnceTheMoneyIsHeld() {
      assertThat(code(confirm(held()))).isEqualTo("payment_intent_unexpected_state");
    }

    @Test
    void takesAnotherCardAfterADecline() {
      var declined = confirm(intent(CaptureMethod.MANUAL, "pm_card_chargeDeclined")).intent();
      var step =
          ledger.confirm(declined, new Confirmation("pm_card_mastercard", null, false, false));

      assertThat(declined.status()).isEqualTo(IntentStatus.REQUIRES_PAYMENT_METHOD);
      assertThat(step.intent().status()).isEqualTo(IntentStatus.REQUIRES_CAPTURE);
      assertThat(step.intent().lastFailure()).isNull();
    }

    @Test
    void asksAgainWhenAnotherCardNeedsItsHolder() {
      var asked = confirm(intent(CaptureMethod.MANUAL, "pm_card_authenticationRequired")).intent();
      var step =
          ledger.confirm(
              asked, new Confirmation("pm_card_threeDSecure2Required", null, false, false));

      assertThat(step.intent().status()).isEqualTo(IntentStatus.REQUIRES_ACTION);
    }

    @Test
    void declinesInsteadOfAskingWhenToldTo() {
      var step =
          ledger.confirm(
              intent(CaptureMethod.MANUAL, "pm_card_authenticationRequired"),
              new Confirmation(null, null, true, false));

      assertThat(code(step)).isEqualTo("authentication_required");
    }
  }

  @Nested
  class Settling {
    @Test
    void completesASlowPayment() {
      var slow = confirm(intent(CaptureMethod.MANUAL, "pm_card_processing")).intent();

      assertThat(slow.status()).isEqualTo(IntentStatus.PROCESSING);
      assertThat(ledger.settle(slow, IntentStatus.PROCESSING, true).intent().status())
          .isEqualTo(IntentStatus.REQUIRES_CAPTURE);
      assertThat(code(ledger.settle(slow, IntentStatus.PROCESSING, false)))
          .isEqualTo("card_declined");
    }

    @Test
    void refusesAnIntentThatWaitsForNothing() {
      assertThat(code(ledger.settle(held(), IntentStatus.REQUIRES_ACTION, true)))
          .isEqualTo("payment_intent_unexpected_state");
    }
  }

  @Nested
  class Capturing {
    @Test
    void letsGoOfTheRestAtTheLastCapture() {
      var first = ledger.capture(held(), 300L, false).intent();
      var step = ledger.capture(first, 200L, true);

      assertThat(first.status()).isEqualTo(IntentStatus.REQUIRES_CAPTURE);
      assertThat(step.intent().status()).isEqualTo(IntentStatus.SUCCEEDED);
      assertThat(step.intent().funds()).isEqualTo(new Funds(1_000, 0, 500, 0, 0, 2));
      assertThat(step.intent().funds().released()).isEqualTo(500);
    }

    @Test
    void endsByItselfWhenNothingIsHeldAnyMore() {
      var step = ledger.capture(held(), 1_000L, false);

      assertThat(step.intent().status()).isEqualTo(IntentStatus.SUCCEEDED);
    }

    @Test
    void releasesTheRestByAnEmptyLastCapture() {
      var partly = ledger.capture(held(), 300L, false).intent();

      assertThat(ledger.capture(partly, 0L, true).intent().funds())
          .isEqualTo(new Funds(1_000, 0, 300, 0, 0, 1));
      assertThat(code(ledger.capture(held(), 0L, true))).isEqualTo("parameter_invalid_integer");
    }

    @Test
    void refusesMoreThanIsHeld() {
      var partly = ledger.capture(held(), 900L, false).intent();

      assertThat(code(ledger.capture(partly, 101L, false))).isEqualTo("amount_too_large");
    }

    @Test
    void refusesTheFiftyFirstCapture() {
      var intent = held();
      for (int i = 0; i < IntentLedger.MAX_CAPTURES; i++) {
        intent = ledger.capture(intent, 1L, false).intent();
      }

      assertThat(ledger.capture(intent, 1L, false).refusal()).isNotNull();
      assertThat(intent.funds().captured()).isEqualTo(50);
    }

    @Test
    void refusesToKeepTheRestWhenThatWasNotAgreed() {
      var single =
          confirm(
                  ledger.create(
                      new NewIntent(
                          1_000,
                          "eur",
                          CaptureMethod.MANUAL,
                          false,
                          Map.of(),
                          null,
                          null,
                          "pm_card_visa",
                          null)))
              .intent();

      assertThat(Objects.requireNonNull(ledger.capture(single, 1L, false).refusal()).param())
          .isEqualTo("final_capture");
    }
  }

  @Nested
  class Canceling {
    @Test
    void letsGoOfWhatIsHeld() {
      var step = ledger.cancel(held(), "abandoned");

      assertThat(step.intent().status()).isEqualTo(IntentStatus.CANCELED);
      assertThat(step.intent().funds().released()).isEqualTo(1_000);
      assertThat(step.intent().cancellation())
          .isEqualTo(new Intent.Cancellation(NOW.getEpochSecond(), "abandoned"));
    }

    @Test
    void refusesWhatIsOverOrPartlyTaken() {
      var canceled = ledger.cancel(held(), null).intent();
      var partly = ledger.capture(held(), 1L, false).intent();

      assertThat(code(ledger.cancel(canceled, null))).isEqualTo("payment_intent_unexpected_state");
      assertThat(code(ledger.cancel(partly, null))).isEqualTo("payment_intent_unexpected_state");
    }
  }

  @Nested
  class Expiring {
    @Test
    void givesUpWhatWasNeverTaken() {
      var step = ledger.expire(held());

      assertThat(step.intent().status()).isEqualTo(IntentStatus.CANCELED);
      assertThat(step.intent().cancellation())
          .isEqualTo(new Intent.Cancellation(NOW.getEpochSecond(), "expired"));
      assertThat(step.events()).containsExactly(EventType.CANCELED);
    }

    @Test
    void keepsWhatWasTakenAndReleasesTheRest() {
      var step = ledger.expire(ledger.capture(held(), 300L, false).intent());

      assertThat(step.intent().status()).isEqualTo(IntentStatus.SUCCEEDED);
      assertThat(step.intent().funds()).isEqualTo(new Funds(1_000, 0, 300, 0, 0, 1));
      assertThat(step.events()).containsExactly(EventType.SUCCEEDED);
    }
  }

  @Test
  void cannotEvenRepresentMoneyOutOfNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> Funds.held(100).capture(101));
    var taken = Funds.held(100).capture(50);
    assertThatIllegalArgumentException().isThrownBy(() -> taken.refund(51));
    assertThatIllegalArgumentException().isThrownBy(() -> taken.refund(20).dispute(31));
    assertThatIllegalArgumentException().isThrownBy(() -> taken.reinstate(1));
  }
}
