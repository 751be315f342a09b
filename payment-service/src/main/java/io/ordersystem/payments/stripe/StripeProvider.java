package io.ordersystem.payments.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentCreateParams.CaptureMethod;
import com.stripe.param.PaymentIntentCreateParams.PaymentMethodOptions;
import com.stripe.param.RefundCreateParams;
import io.ordersystem.payments.payment.Answer;
import io.ordersystem.payments.payment.Operation;
import io.ordersystem.payments.payment.Outcome;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.platform.sql.Transactions;
import jakarta.inject.Singleton;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The provider port on Stripe's payment intents, with manual capture. Idempotency keys follow from
 * the payment's id, so a repeated call is one call there; the SDK does not retry by itself, because
 * the worker does and keeps count.
 */
@Singleton
class StripeProvider implements PaymentProvider {
  private final StripeClient stripe;

  StripeProvider(StripeConfig config) {
    stripe =
        StripeClient.builder()
            .setApiKey(config.apiKey())
            .setApiBase(config.baseUrl())
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setReadTimeout((int) config.readTimeout().toMillis())
            .setMaxNetworkRetries(0)
            .build();
  }

  @Override
  public Outcome authorize(Payment payment) {
    var params =
        PaymentIntentCreateParams.builder()
            .setAmount(payment.amount())
            .setCurrency(payment.currency().toLowerCase(Locale.ROOT))
            .setPaymentMethod(payment.paymentMethod())
            .addPaymentMethodType("card")
            .setCaptureMethod(CaptureMethod.MANUAL)
            // Each parcel takes its share: several captures of one intent.
            .setPaymentMethodOptions(
                PaymentMethodOptions.builder()
                    .setCard(
                        PaymentMethodOptions.Card.builder()
                            .setRequestMulticapture(
                                PaymentMethodOptions.Card.RequestMulticapture.IF_AVAILABLE)
                            .build())
                    .build())
            .setConfirm(true)
            .putMetadata("payment_id", payment.id().toString())
            .putMetadata("order_id", payment.orderId().toString())
            .build();
    return call(
        () -> outcome(stripe.v1().paymentIntents().create(params, once(payment, "authorize"))));
  }

  @Override
  public Outcome refresh(Payment payment, String reference) {
    return call(() -> asked(reference));
  }

  @Override
  public Outcome cancel(Payment payment, String reference) {
    return call(() -> {
      try {
        return outcome(stripe.v1().paymentIntents().cancel(reference, once(payment, "cancel")));
      } catch (InvalidRequestException e) {
        // Already canceled, perhaps by us before a crash: what it is now decides.
        return asked(reference);
      }
    });
  }

  @Override
  public Answer capture(Payment payment, String reference, Operation capture, boolean last) {
    var params =
        PaymentIntentCaptureParams.builder()
            .setAmountToCapture(capture.amount())
            .setFinalCapture(last)
            .build();
    return settle(() -> {
      stripe.v1().paymentIntents().capture(reference, params, once(capture));
      return new Answer.Done(reference);
    });
  }

  @Override
  public Answer letGo(Payment payment, String reference) {
    var params =
        PaymentIntentCaptureParams.builder().setAmountToCapture(0L).setFinalCapture(true).build();
    return settle(() -> {
      stripe.v1().paymentIntents().capture(reference, params, once(payment, "let-go"));
      return new Answer.Done(reference);
    });
  }

  @Override
  public Answer refund(Payment payment, String reference, Operation refund) {
    var params =
        RefundCreateParams.builder()
            .setPaymentIntent(reference)
            .setAmount(refund.amount())
            .putMetadata("refund_id", refund.id().toString())
            .putMetadata("order_id", refund.orderId().toString())
            .build();
    String made = refund.reference();
    return settle(() ->
        made == null
            ? answer(stripe.v1().refunds().create(params, once(refund)))
            : retrieved(made));
  }

  /** A refund of ours that cannot be read is no refusal: the money may be on its way. */
  private Answer retrieved(String refund) throws StripeException {
    try {
      return answer(stripe.v1().refunds().retrieve(refund));
    } catch (InvalidRequestException e) {
      return new Answer.Unanswered(
          "refund %s cannot be read: status %d %s"
              .formatted(refund, e.getStatusCode(), e.getCode()));
    }
  }

  private static Answer answer(Refund refund) {
    return switch (refund.getStatus()) {
      case "succeeded" -> new Answer.Done(refund.getId());
      case "failed", "canceled" -> new Answer.Refused("refund_" + refund.getStatus());
      default -> new Answer.Pending(refund.getId(), refund.getStatus());
    };
  }

  /**
   * What the intent is now. An intent of ours that is not found is no refusal: money may be held
   * under it, so it stays unknown.
   */
  private Outcome asked(String reference) throws StripeException {
    try {
      return outcome(stripe.v1().paymentIntents().retrieve(reference));
    } catch (InvalidRequestException e) {
      return new Outcome.Unknown(
          "the intent cannot be read: status " + e.getStatusCode() + " " + e.getCode(), reference);
    }
  }

  /** A call of the SDK. */
  @FunctionalInterface
  private interface StripeCall {
    Outcome run() throws StripeException;
  }

  private static Outcome call(StripeCall call) {
    Transactions.mustNotBeOpen();
    try {
      return call.run();
    } catch (CardException e) {
      return new Outcome.Declined(reference(e), declineCode(e));
    } catch (InvalidRequestException e) {
      // The request itself cannot be met (no such payment method, an amount too small): asking
      // again cannot help.
      return new Outcome.Declined(null, e.getCode() == null ? "invalid_request" : e.getCode());
    } catch (ApiConnectionException e) {
      return new Outcome.Unknown("no answer: " + e.getMessage(), null);
    } catch (StripeException e) {
      return new Outcome.Unknown("status " + e.getStatusCode() + ": " + e.getMessage(), null);
    }
  }

  /** A call of the SDK about money that is held or was taken. */
  @FunctionalInterface
  private interface SettlingCall {
    Answer run() throws StripeException;
  }

  private static Answer settle(SettlingCall call) {
    Transactions.mustNotBeOpen();
    try {
      return call.run();
    } catch (InvalidRequestException e) {
      return new Answer.Refused(e.getCode() == null ? "invalid_request" : e.getCode());
    } catch (CardException e) {
      return new Answer.Refused(declineCode(e));
    } catch (ApiConnectionException e) {
      return new Answer.Unanswered("no answer: " + e.getMessage());
    } catch (StripeException e) {
      return new Answer.Unanswered("status " + e.getStatusCode() + ": " + e.getMessage());
    }
  }

  private static Outcome outcome(PaymentIntent intent) {
    return switch (intent.getStatus()) {
      case "requires_capture", "succeeded" ->
          new Outcome.Authorized(intent.getId(), intent.getAmount());
      case "requires_action" -> action(intent);
      case "canceled" -> new Outcome.Voided(intent.getId());
      case "requires_payment_method" -> new Outcome.Declined(intent.getId(), lastError(intent));
      default -> new Outcome.Unknown("the intent is " + intent.getStatus(), intent.getId());
    };
  }

  private static Outcome action(PaymentIntent intent) {
    PaymentIntent.NextAction next = intent.getNextAction();
    String url =
        next == null || next.getRedirectToUrl() == null ? null : next.getRedirectToUrl().getUrl();
    String type = next == null ? "use_stripe_sdk" : next.getType();
    return new Outcome.ActionRequired(intent.getId(), type, url, intent.getClientSecret());
  }

  private static String lastError(PaymentIntent intent) {
    var error = intent.getLastPaymentError();
    if (error == null) {
      return "payment_method_required";
    }
    return error.getDeclineCode() == null
        ? String.valueOf(error.getCode())
        : error.getDeclineCode();
  }

  private static String declineCode(CardException refused) {
    return refused.getDeclineCode() == null
        ? String.valueOf(refused.getCode())
        : refused.getDeclineCode();
  }

  private static @Nullable String reference(CardException refused) {
    return refused.getStripeError() == null || refused.getStripeError().getPaymentIntent() == null
        ? null
        : refused.getStripeError().getPaymentIntent().getId();
  }

  private static RequestOptions once(Payment payment, String operation) {
    return RequestOptions.builder().setIdempotencyKey(operation + "-" + payment.id()).build();
  }

  private static RequestOptions once(Operation operation) {
    String key =
        "%s-%s-%d"
            .formatted(
                operation.kind().name().toLowerCase(Locale.ROOT),
                operation.id(),
                operation.round());
    return RequestOptions.builder().setIdempotencyKey(key).build();
  }
}
