package io.ordersystem.orders.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.ordersystem.orders.order.Saga.Action;
import io.ordersystem.orders.order.Saga.Decision;
import io.ordersystem.orders.order.Saga.Input;
import io.ordersystem.orders.order.Saga.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SagaTest {

  @Test
  void asksForThePaymentOnceStockIsHeld() {
    assertThat(Saga.decide(Step.RESERVING, Input.STOCK_RESERVED, false))
        .isEqualTo(new Decision(Step.AUTHORIZING, List.of(Action.AUTHORIZE_PAYMENT)));
  }

  @Test
  void confirmsAFreeOrderWithoutAPayment() {
    assertThat(Saga.decide(Step.RESERVING, Input.STOCK_RESERVED, true))
        .isEqualTo(new Decision(Step.COMPLETED, List.of(Action.CONFIRM)));
  }

  @Test
  void cancelsWithoutCompensationWhenNothingWasHeld() {
    assertThat(Saga.decide(Step.RESERVING, Input.STOCK_REJECTED, false))
        .isEqualTo(new Decision(Step.CANCELLED, List.of(Action.CANCEL_OUT_OF_STOCK)));
  }

  @Test
  void givesStockBackWhenThePaymentIsDeclined() {
    assertThat(Saga.decide(Step.AUTHORIZING, Input.PAYMENT_DECLINED, false))
        .isEqualTo(
            new Decision(
                Step.CANCELLED, List.of(Action.CANCEL_PAYMENT_DECLINED, Action.RELEASE_STOCK)));
  }

  @Test
  void givesBackStockAndMoneyWhenAnAskedPaymentExpires() {
    assertThat(Saga.decide(Step.AUTHORIZING, Input.EXPIRED, false))
        .isEqualTo(
            new Decision(
                Step.CANCELLED,
                List.of(Action.CANCEL_EXPIRED, Action.RELEASE_STOCK, Action.VOID_PAYMENT)));
  }

  @Test
  void doesNotVoidAPaymentItNeverAskedFor() {
    assertThat(Saga.decide(Step.RESERVING, Input.EXPIRED, false).actions())
        .doesNotContain(Action.VOID_PAYMENT);
  }

  @Test
  void givesBackWhatArrivesForACancelledOrder() {
    assertThat(Saga.decide(Step.CANCELLED, Input.STOCK_RESERVED, false).actions())
        .containsExactly(Action.RELEASE_STOCK);
    assertThat(Saga.decide(Step.CANCELLED, Input.PAYMENT_AUTHORIZED, false).actions())
        .containsExactly(Action.VOID_PAYMENT);
  }

  @Test
  void sendsTheSameCommandAgainWhenItWasNotAnswered() {
    assertThat(Saga.decide(Step.RESERVING, Input.UNANSWERED, false).actions())
        .containsExactly(Action.RESERVE_STOCK);
    assertThat(Saga.decide(Step.AUTHORIZING, Input.UNANSWERED, false).actions())
        .containsExactly(Action.AUTHORIZE_PAYMENT);
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void neverLeavesACancelledOrderAndOfACompletedOneOnlyWhenSomebodyCancelsIt(Input input) {
    assertThat(Saga.decide(Step.CANCELLED, input, false).step()).isEqualTo(Step.CANCELLED);
    assertThat(Saga.decide(Step.COMPLETED, input, false).step())
        .isEqualTo(input == Input.CANCEL_REQUESTED ? Step.CANCELLED : Step.COMPLETED);
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void givesBackOnlyWhatItAskedForWhenSomebodyCancels(Step step) {
    assertThat(Saga.decide(step, Input.CANCEL_REQUESTED, false).actions())
        .isEqualTo(
            switch (step) {
              case RESERVING -> List.of(Action.CANCEL_REQUESTED, Action.RELEASE_STOCK);
              case AUTHORIZING, COMPLETED ->
                  List.of(Action.CANCEL_REQUESTED, Action.RELEASE_STOCK, Action.VOID_PAYMENT);
              case CANCELLED -> List.of();
            });
    assertThat(Saga.decide(Step.COMPLETED, Input.CANCEL_REQUESTED, true).actions())
        .doesNotContain(Action.VOID_PAYMENT);
  }

  @Test
  void flagsAConfirmedOrderWhoseAuthorisationHasLapsed() {
    assertThat(Saga.decide(Step.COMPLETED, Input.PAYMENT_LAPSED, false))
        .isEqualTo(new Decision(Step.COMPLETED, List.of(Action.FLAG_LAPSED)));
  }

  @ParameterizedTest
  @EnumSource(Input.class)
  void aRepeatedAnswerChangesNothingTwice(Input input) {
    for (Step step : Step.values()) {
      Decision first = Saga.decide(step, input, false);
      Decision second = Saga.decide(first.step(), input, false);
      assertThat(second.actions())
          .doesNotContain(
              Action.CONFIRM,
              Action.CANCEL_EXPIRED,
              Action.CANCEL_REQUESTED,
              Action.CANCEL_OUT_OF_STOCK,
              Action.CANCEL_PAYMENT_DECLINED);
    }
  }
}
