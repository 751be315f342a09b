package io.ordersystem.devstack.sandbox;

import static io.ordersystem.devstack.sandbox.RunningSandbox.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorisingTest {
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

  private static CardException declined(ThrowingCallable call) {
    return catchThrowableOfType(CardException.class, call);
  }

  @Test
  void holdsTheAmountAndRemembersWhatItWasFor() throws Exception {
    var intent = sandbox.held();

    assertThat(intent.getId()).startsWith("pi_");
    assertThat(intent.getStatus()).isEqualTo("requires_capture");
    assertThat(intent.getAmountCapturable()).isEqualTo(1_000);
    assertThat(intent.getAmountReceived()).isZero();
    assertThat(intent.getMetadata()).containsEntry("order_id", "order-1");
    assertThat(intent.getLatestCharge()).startsWith("ch_");
    assertThat(sandbox.intents().retrieve(intent.getId())).isEqualTo(intent);
  }

  @Test
  void showsWhetherTheHoldCanBeCapturedInParts() throws Exception {
    var shown =
        sandbox
            .intents()
            .retrieve(
                sandbox.held().getId(),
                PaymentIntentRetrieveParams.builder().addExpand("latest_charge").build());

    assertThat(
            shown
                .getLatestChargeObject()
                .getPaymentMethodDetails()
                .getCard()
                .getMulticapture()
                .getStatus())
        .isEqualTo("available");
  }

  @ParameterizedTest
  @CsvSource({
    "pm_card_chargeDeclined, card_declined, generic_decline",
    "pm_card_visa_chargeDeclined, card_declined, generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds, card_declined, insufficient_funds",
    "pm_card_chargeDeclinedExpiredCard, expired_card,"
  })
  void saysWhyACardWasDeclined(String card, String code, String declineCode) {
    var error = declined(() -> sandbox.intents().create(order(card).build()));

    assertThat(error.getStatusCode()).isEqualTo(402);
    assertThat(error.getCode()).isEqualTo(code);
    assertThat(error.getDeclineCode()).isEqualTo(declineCode);
    var intent = error.getStripeError().getPaymentIntent();
    assertThat(intent.getStatus()).isEqualTo("requires_payment_method");
    assertThat(intent.getLastPaymentError().getCode()).isEqualTo(code);
  }

  @Test
  void stepsThroughAnActionByASecondConfirmation() throws Exception {
    var waiting =
        sandbox
            .intents()
            .create(order("pm_card_authenticationRequired").setReturnUrl("http://shop/ok").build());

    assertThat(waiting.getStatus()).isEqualTo("requires_action");
    assertThat(waiting.getNextAction().getType()).isEqualTo("redirect_to_url");
    assertThat(waiting.getNextAction().getRedirectToUrl().getUrl()).startsWith(sandbox.url());
    assertThat(waiting.getNextAction().getRedirectToUrl().getReturnUrl())
        .isEqualTo("http://shop/ok");
    assertThat(sandbox.intents().confirm(waiting.getId()).getStatus())
        .isEqualTo("requires_capture");
  }

  @ParameterizedTest
  @CsvSource({
    "pm_card_threeDSecure2Required, authenticate, '', requires_capture",
    "pm_card_threeDSecure2Required, authenticate, '{\"outcome\":\"declined\"}',"
        + " requires_payment_method",
    "pm_card_processing, settle, '{\"outcome\":\"approved\"}', requires_capture",
    "pm_card_processing, settle, '{\"outcome\":\"declined\"}', requires_payment_method"
  })
  void endsAtTheBank(String card, String step, String outcome, String status) throws Exception {
    var waiting = sandbox.intents().create(order(card).build());
    var settled = sandbox.post("/sandbox/payment_intents/" + waiting.getId() + "/" + step, outcome);

    assertThat(settled.statusCode()).isEqualTo(200);
    assertThat(sandbox.intents().retrieve(waiting.getId()).getStatus()).isEqualTo(status);
  }

  @Test
  void confirmsLaterWithAnotherCard() throws Exception {
    var later = sandbox.intents().create(order("pm_card_visa").setConfirm(false).build());

    assertThat(later.getStatus()).isEqualTo("requires_confirmation");
    var confirmed =
        sandbox
            .intents()
            .confirm(
                later.getId(),
                PaymentIntentConfirmParams.builder()
                    .setPaymentMethod("pm_card_mastercard")
                    .build());
    assertThat(confirmed.getPaymentMethod()).isEqualTo("pm_card_mastercard");
    assertThat(confirmed.getStatus()).isEqualTo("requires_capture");
  }

  @ParameterizedTest
  @CsvSource({
    "49, eur, pm_card_visa, amount_too_small, amount",
    "100000000, eur, pm_card_visa, amount_too_large, amount",
    "0, eur, pm_card_visa, parameter_invalid_integer, amount",
    "100, xxx, pm_card_visa, , currency",
    "100, euro, pm_card_visa, , currency",
    "100, eur, pm_card_nobody, resource_missing, payment_method"
  })
  void refusesWrongParameters(
      long amount, String currency, String card, String code, String param) {
    var wrong = order(card).setAmount(amount).setCurrency(currency).build();
    var error = refused(() -> sandbox.intents().create(wrong));

    assertThat(error.getStatusCode()).isEqualTo(400);
    assertThat(error.getCode()).isEqualTo(code);
    assertThat(error.getParam()).isEqualTo(param);
    assertThat(sandbox.ledger().getInteger("count")).isZero();
  }

  @Test
  void refusesMissingAndUnknownParameters() {
    var none = PaymentIntentCreateParams.builder().setCurrency("eur").build();
    var unknown = order("pm_card_visa").putExtraParam("colour", "red").build();

    assertThat(refused(() -> sandbox.intents().create(none)).getCode())
        .isEqualTo("parameter_missing");
    assertThat(refused(() -> sandbox.intents().create(unknown)).getCode())
        .isEqualTo("parameter_unknown");
  }

  @Test
  void refusesStrangers() {
    var stranger = StripeClient.builder().setApiKey("sk_live_1").setApiBase(sandbox.url()).build();

    assertThat(
            catchThrowableOfType(
                    AuthenticationException.class,
                    () -> stranger.v1().paymentIntents().retrieve("pi_1"))
                .getStatusCode())
        .isEqualTo(401);
    assertThat(sandbox.send(sandbox.request("/v1/payment_intents").GET()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void refusesABodyThatIsTooLargeOrOfAnotherKind() {
    var auth = "Bearer sk_test_local";
    var huge =
        sandbox
            .request("/v1/payment_intents")
            .header("Authorization", auth)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("description=" + "a".repeat(70_000)));
    var json =
        sandbox
            .request("/v1/payment_intents")
            .header("Authorization", auth)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));

    assertThat(sandbox.send(huge).statusCode()).isEqualTo(413);
    assertThat(sandbox.send(json).statusCode()).isEqualTo(400);
  }
}
