package io.ordersystem.payments.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.net.RequestOptions;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentCreateParams.CaptureMethod;
import com.stripe.param.PaymentIntentCreateParams.PaymentMethodOptions;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.PaymentIntentSearchParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import io.ordersystem.payments.payment.Answer;
import io.ordersystem.payments.payment.CaptureMode;
import io.ordersystem.payments.payment.Operation;
import io.ordersystem.payments.payment.Outcome;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.PaymentProvider;
import io.ordersystem.payments.payment.ProviderHints.Hint;
import io.ordersystem.payments.payment.ProviderUnanswered;
import io.ordersystem.platform.sql.Transactions;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The provider port on Stripe's payment intents. Idempotency keys follow from our ids, so a
 * repeated call is one call there; the SDK does not retry by itself, because the worker does and
 * keeps count. Stripe forgets keys after a day: what was asked for before is therefore looked for
 * first, by our reference in the metadata. Letting go needs no key: it has the same end twice.
 */
@Singleton
class StripeProvider implements PaymentProvider {
  private static final String PAYMENT_ID = "payment_id";
  private static final String REFUND_ID = "refund_id";
  private static final long PAGE = 100;
  private static final int ATTEMPTS_PER_KEY = 6;
  private static final Set<Operation.Status> ASKED_BEFORE =
      Set.of(Operation.Status.SUBMITTED, Operation.Status.UNKNOWN);

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
  public String name() {
    return "stripe";
  }

  @Override
  public Outcome authorize(Payment payment) {
    Payment.Terms terms = payment.terms();
    boolean atShipment = terms.mode() == CaptureMode.AT_SHIPMENT;
    var params =
        PaymentIntentCreateParams.builder()
            .setAmount(terms.amount())
            .setCurrency(terms.currency().toLowerCase(Locale.ROOT))
            .setPaymentMethod(terms.paymentMethod())
            .addPaymentMethodType("card")
            .setCaptureMethod(atShipment ? CaptureMethod.MANUAL : CaptureMethod.AUTOMATIC)
            .setConfirm(true)
            .addExpand("latest_charge")
            .putMetadata(PAYMENT_ID, payment.id().toString())
            .putMetadata("order_id", payment.orderId().toString());
    if (atShipment) {
      // Each parcel takes its share: several captures of one intent.
      params.setPaymentMethodOptions(
          PaymentMethodOptions.builder()
              .setCard(
                  PaymentMethodOptions.Card.builder()
                      .setRequestMulticapture(
                          PaymentMethodOptions.Card.RequestMulticapture.IF_AVAILABLE)
                      .build())
              .build());
    }
    return call(() -> {
      try {
        return outcome(
            stripe
                .v1()
                .paymentIntents()
                .create(params.build(), once("authorize-" + payment.id(), payment)));
      } catch (CardException e) {
        return new Outcome.Declined(reference(e), declineCode(e));
      } catch (InvalidRequestException e) {
        // The request itself cannot be met (no such payment method, an amount too small): asking
        // again cannot help.
        return new Outcome.Declined(null, code(e));
      }
    });
  }

  /** The newest one that has money, if several have our reference: reconciliation tells of that. */
  @Override
  public Optional<Outcome> find(Payment payment) {
    var params =
        PaymentIntentSearchParams.builder()
            .setQuery("metadata['%s']:'%s'".formatted(PAYMENT_ID, payment.id()))
            .setLimit(PAGE)
            .build();
    return call(() -> {
      Optional<PaymentIntent> found =
          stripe.v1().paymentIntents().search(params).getData().stream()
              .max(Comparator.comparing(StripeProvider::hasMoney));
      // What a search shows may be a minute old.
      return found.isEmpty() ? Optional.empty() : Optional.of(asked(found.get().getId()));
    });
  }

  private static boolean hasMoney(PaymentIntent intent) {
    return orZero(intent.getAmountCapturable()) + orZero(intent.getAmountReceived()) > 0;
  }

  @Override
  public Outcome refresh(Payment payment, String reference) {
    return call(() -> asked(reference));
  }

  @Override
  public Outcome cancel(Payment payment, String reference) {
    return call(() -> {
      try {
        return outcome(stripe.v1().paymentIntents().cancel(reference));
      } catch (InvalidRequestException e) {
        // Already canceled, perhaps by us before a crash, or paid: what it is now decides.
        return asked(reference);
      }
    });
  }

  @Override
  public Answer capture(
      Payment payment, String reference, Operation capture, long amount, boolean last) {
    var params =
        PaymentIntentCaptureParams.builder()
            .setAmountToCapture(amount)
            .setFinalCapture(last)
            .build();
    return answer(() -> {
      // One operation of a payment is asked for at a time, so what was taken tells which were done.
      if (ASKED_BEFORE.contains(capture.status())) {
        PaymentIntent now = stripe.v1().paymentIntents().retrieve(reference);
        if (orZero(now.getAmountReceived()) >= payment.account().taken() + amount) {
          return new Answer.Done(reference);
        }
      }
      stripe.v1().paymentIntents().capture(reference, params, once(capture, payment));
      return new Answer.Done(reference);
    });
  }

  @Override
  public Answer letGo(Payment payment, String reference) {
    var params =
        PaymentIntentCaptureParams.builder().setAmountToCapture(0L).setFinalCapture(true).build();
    return answer(() -> {
      stripe.v1().paymentIntents().capture(reference, params);
      return new Answer.Done(reference);
    });
  }

  @Override
  public Answer refund(Payment payment, String reference, Operation refund) {
    String made = refund.reference();
    if (made != null) {
      return call(() -> retrieved(made));
    }
    var params =
        RefundCreateParams.builder()
            .setPaymentIntent(reference)
            .setAmount(refund.amount())
            .putMetadata(REFUND_ID, refund.id().toString())
            .putMetadata("order_id", String.valueOf(refund.orderId()))
            .build();
    return answer(() -> {
      if (ASKED_BEFORE.contains(refund.status())) {
        Optional<Refund> known = find(reference, refund);
        if (known.isPresent()) {
          return answer(known.get());
        }
      }
      return answer(stripe.v1().refunds().create(params, once(refund, payment)));
    });
  }

  private Optional<Refund> find(String reference, Operation refund) throws StripeException {
    var params = RefundListParams.builder().setPaymentIntent(reference).setLimit(PAGE).build();
    for (Refund known : stripe.v1().refunds().list(params).autoPagingIterable()) {
      String named = known.getMetadata() == null ? null : known.getMetadata().get(REFUND_ID);
      // One that failed is asked for anew in another round.
      if (refund.id().toString().equals(named) && refund.round() == 1) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  /** A refund of ours that cannot be read is no refusal: the money may be on its way. */
  private Answer retrieved(String refund) throws StripeException {
    try {
      return answer(stripe.v1().refunds().retrieve(refund));
    } catch (InvalidRequestException e) {
      throw unreadable("refund " + refund, e);
    }
  }

  private static Answer answer(Refund refund) {
    return switch (refund.getStatus()) {
      case "succeeded" -> new Answer.Done(refund.getId());
      case "failed", "canceled" -> new Answer.Refused("refund_" + refund.getStatus());
      default -> new Answer.Pending(refund.getId(), refund.getStatus());
    };
  }

  @Override
  public Answer dispute(String reference) {
    return call(() -> {
      try {
        Dispute dispute = stripe.v1().disputes().retrieve(reference);
        boolean withdrawn = !Set.of("won", "warning_closed").contains(dispute.getStatus());
        return new Answer.Disputed(
            dispute.getAmount(), withdrawn && !dispute.getStatus().startsWith("warning"));
      } catch (InvalidRequestException e) {
        throw unreadable("dispute " + reference, e);
      }
    });
  }

  @Override
  public List<Entry> list(Instant from, Instant until, @Nullable String after) {
    var params =
        PaymentIntentListParams.builder()
            .setCreated(
                PaymentIntentListParams.Created.builder()
                    .setGte(from.getEpochSecond())
                    .setLt(until.getEpochSecond())
                    .build())
            .setStartingAfter(after)
            .setLimit(PAGE)
            // What was given back is known by the charge only.
            .addExpand("data.latest_charge")
            .build();
    return call(() ->
        stripe.v1().paymentIntents().list(params).getData().stream()
            .map(StripeProvider::entry)
            .toList());
  }

  @Override
  public Optional<Entry> entry(String reference) {
    var params = PaymentIntentRetrieveParams.builder().addExpand("latest_charge").build();
    return call(() -> {
      try {
        return Optional.of(entry(stripe.v1().paymentIntents().retrieve(reference, params, null)));
      } catch (InvalidRequestException e) {
        if (e.getStatusCode() == 404) {
          return Optional.empty();
        }
        throw unreadable("intent " + reference, e);
      }
    });
  }

  @Override
  public List<Hint> notifications(Instant from, Instant until, @Nullable String after) {
    var params =
        EventListParams.builder()
            .setCreated(
                EventListParams.Created.builder()
                    .setGte(from.getEpochSecond())
                    .setLt(until.getEpochSecond())
                    .build())
            .addAllType(StripeEvents.TYPES)
            .setStartingAfter(after)
            .setLimit(PAGE)
            .build();
    return call(() ->
        stripe.v1().events().list(params).getData().stream().map(StripeEvents::hint).toList());
  }

  private static Entry entry(PaymentIntent intent) {
    var charge = intent.getLatestChargeObject();
    return new Entry(
        intent.getId(),
        intent.getMetadata() == null ? null : intent.getMetadata().get(PAYMENT_ID),
        intent.getCurrency().toUpperCase(Locale.ROOT),
        intent.getAmount(),
        orZero(intent.getAmountCapturable()),
        orZero(intent.getAmountReceived()),
        charge == null ? 0 : orZero(charge.getAmountRefunded()),
        intent.getStatus(),
        Instant.ofEpochSecond(intent.getCreated()));
  }

  /**
   * What the intent is now. An intent of ours that is not found is no refusal: money may be held
   * under it, so it stays unknown.
   */
  private Outcome asked(String reference) throws StripeException {
    try {
      var params = PaymentIntentRetrieveParams.builder().addExpand("latest_charge").build();
      return outcome(stripe.v1().paymentIntents().retrieve(reference, params, null));
    } catch (InvalidRequestException e) {
      throw unreadable("intent " + reference, e);
    }
  }

  private static ProviderUnanswered unreadable(String what, InvalidRequestException e) {
    return new ProviderUnanswered(
        "%s cannot be read: status %d %s".formatted(what, e.getStatusCode(), e.getCode()), e);
  }

  /** A call of the SDK. */
  @FunctionalInterface
  private interface StripeCall<T> {
    T run() throws StripeException;
  }

  /** What is no answer is said so: it may have been done. */
  private static <T> T call(StripeCall<T> call) {
    Transactions.mustNotBeOpen();
    try {
      return call.run();
    } catch (ApiConnectionException e) {
      throw new ProviderUnanswered("no answer: " + e.getMessage(), e);
    } catch (StripeException e) {
      throw new ProviderUnanswered("status " + e.getStatusCode() + ": " + e.getMessage(), e);
    }
  }

  /** A call about money that is held or was taken. */
  private static Answer answer(StripeCall<Answer> call) {
    return call(() -> {
      try {
        return call.run();
      } catch (InvalidRequestException e) {
        if (e.getStatusCode() == 404 || "resource_missing".equals(e.getCode())) {
          // It is ours: another account's key, or another mode, does not make it a refusal.
          throw unreadable("the intent", e);
        }
        return new Answer.Refused(code(e));
      } catch (CardException e) {
        return new Answer.Refused(declineCode(e));
      }
    });
  }

  private static String code(InvalidRequestException e) {
    return e.getCode() == null ? "invalid_request" : e.getCode();
  }

  private static Outcome outcome(PaymentIntent intent) {
    return switch (intent.getStatus()) {
      case "requires_capture", "succeeded" ->
          new Outcome.Authorized(
              intent.getId(),
              intent.getAmount(),
              orZero(intent.getAmountReceived()),
              orZero(intent.getAmountCapturable()) > 0,
              takesSeveralCaptures(intent));
      case "requires_action" -> action(intent);
      case "canceled" -> new Outcome.Voided(intent.getId());
      case "requires_payment_method" -> new Outcome.Declined(intent.getId(), lastError(intent));
      default -> new Outcome.Unknown("the intent is " + intent.getStatus(), intent.getId());
    };
  }

  /** Known by the charge, because it depends on the card. */
  private static boolean takesSeveralCaptures(PaymentIntent intent) {
    Charge charge = intent.getLatestChargeObject();
    Charge.PaymentMethodDetails details = charge == null ? null : charge.getPaymentMethodDetails();
    Charge.PaymentMethodDetails.Card card = details == null ? null : details.getCard();
    return card != null
        && card.getMulticapture() != null
        && "available".equals(card.getMulticapture().getStatus());
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

  private static long orZero(@Nullable Long amount) {
    return amount == null ? 0 : amount;
  }

  private static RequestOptions once(Operation operation, Payment payment) {
    return once(
        "%s-%s-%d"
            .formatted(
                operation.kind().name().toLowerCase(Locale.ROOT),
                operation.id(),
                operation.round()),
        payment);
  }

  /**
   * The same key for a while: then Stripe does once what is asked for twice. But it also repeats an
   * answer that only said that it was not well, for a day. So after some attempts, minutes apart
   * and each begun by looking whether it was done, another key follows.
   */
  private static RequestOptions once(String key, Payment payment) {
    int later = payment.state().attempts() / ATTEMPTS_PER_KEY;
    return RequestOptions.builder().setIdempotencyKey(later == 0 ? key : key + "-" + later).build();
  }
}
