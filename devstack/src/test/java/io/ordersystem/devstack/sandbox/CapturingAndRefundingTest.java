package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.capture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.InvalidRequestException;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapturingAndRefundingTest {
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

  private static InvalidRequestException refused(ThrowingCallable call) {
    return catchThrowableOfType(InvalidRequestException.class, call);
  }

  @Test
  void takesTwoPartsAndNoMoreThanIsHeld() throws Exception {
    var id = sandbox.held().getId();
    var first = sandbox.intents().capture(id, capture(300, false));

    assertThat(first.getStatus()).isEqualTo("requires_capture");
    assertThat(first.getAmountCapturable()).isEqualTo(700);
    assertThat(first.getAmountReceived()).isEqualTo(300);
    assertThat(refused(() -> sandbox.intents().capture(id, capture(701, true))).getCode())
        .isEqualTo("amount_too_large");
    var second = sandbox.intents().capture(id, capture(600, true));
    assertThat(second.getStatus()).isEqualTo("succeeded");
    assertThat(second.getAmountReceived()).isEqualTo(900);
    assertThat(second.getAmountCapturable()).isZero();
    var line = sandbox.ledger().getJsonArray("intents").getJsonObject(0);
    assertThat(line.getInteger("authorized")).isEqualTo(1_000);
    assertThat(line.getInteger("captured")).isEqualTo(900);
    assertThat(line.getInteger("released")).isEqualTo(100);
  }

  @Test
  void takesEverythingUnlessToldOtherwise() throws Exception {
    assertThat(sandbox.intents().capture(sandbox.held().getId()).getAmountReceived())
        .isEqualTo(1_000);
  }

  @Test
  void refusesWhatIsNotHeldAndShowsTheIntent() throws Exception {
    var id = sandbox.held().getId();
    assertThat(
            sandbox
                .intents()
                .cancel(
                    id,
                    PaymentIntentCancelParams.builder()
                        .setCancellationReason(
                            PaymentIntentCancelParams.CancellationReason.ABANDONED)
                        .build())
                .getCancellationReason())
        .isEqualTo("abandoned");

    var error =
        refused(() -> sandbox.intents().capture(id, PaymentIntentCaptureParams.builder().build()));
    assertThat(error.getCode()).isEqualTo("payment_intent_unexpected_state");
    assertThat(error.getStripeError().getPaymentIntent().getStatus()).isEqualTo("canceled");
    assertThat(refused(() -> sandbox.intents().cancel(id)).getCode())
        .isEqualTo("payment_intent_unexpected_state");
  }

  @Test
  void knowsNoIntentOfAnotherId() {
    var error = refused(() -> sandbox.intents().capture("pi_unknown"));

    assertThat(error.getStatusCode()).isEqualTo(404);
    assertThat(error.getCode()).isEqualTo("resource_missing");
  }

  private RefundCreateParams refund(String intent, long amount) {
    return RefundCreateParams.builder().setPaymentIntent(intent).setAmount(amount).build();
  }

  @Test
  void givesBackUpToWhatWasTaken() throws Exception {
    var refunds = sandbox.stripe().v1().refunds();
    var id = sandbox.held().getId();
    assertThat(sandbox.intents().capture(id, capture(600, true)).getStatus())
        .isEqualTo("succeeded");

    var first = refunds.create(refund(id, 400));
    assertThat(first.getStatus()).isEqualTo("succeeded");
    assertThat(first.getPaymentIntent()).isEqualTo(id);
    assertThat(refused(() -> refunds.create(refund(id, 201))).getParam()).isEqualTo("amount");
    var second = refunds.create(refund(id, 200));
    assertThat(refused(() -> refunds.create(refund(id, 1))).getCode())
        .isEqualTo("charge_already_refunded");
    assertThat(refunds.list(RefundListParams.builder().setPaymentIntent(id).build()).getData())
        .containsExactly(second, first);
    assertThat(refunds.retrieve(first.getId())).isEqualTo(first);
  }

  @Test
  void refusesMoneyThatIsOnlyHeld() throws Exception {
    var id = sandbox.held().getId();

    assertThat(refused(() -> sandbox.stripe().v1().refunds().create(refund(id, 1))))
        .hasMessageContaining("successful charge");
  }
}
