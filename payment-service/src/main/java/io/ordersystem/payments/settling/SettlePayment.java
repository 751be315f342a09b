package io.ordersystem.payments.settling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ordersystem.payments.payment.Fact;
import io.ordersystem.payments.payment.Payment;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.payments.payment.Payment.Wanted;
import io.ordersystem.payments.payment.PaymentReads;
import io.ordersystem.payments.payment.PaymentStatus;
import io.ordersystem.payments.payment.PaymentTable;
import io.ordersystem.payments.payment.PaymentTable.Lease;
import io.ordersystem.payments.payment.PaymentView;
import io.ordersystem.payments.payment.Refusal;
import io.ordersystem.payments.payment.Share;
import io.ordersystem.payments.payment.WorkSignal;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.idempotency.IdempotentRequests;
import io.ordersystem.platform.idempotency.StoredAnswer;
import io.ordersystem.platform.ids.Ids;
import io.ordersystem.platform.problem.DomainException;
import io.ordersystem.platform.problem.DomainException.Invalid;
import io.ordersystem.platform.problem.ProblemType;
import io.ordersystem.platform.security.Caller;
import io.ordersystem.platform.sql.Tx;
import io.ordersystem.platform.web.EntityTags;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes a payment at somebody's request, within the same caps as order-service's commands: of two
 * operators at once, the second judges what the first has left. The provider is asked by the worker
 * afterwards.
 */
@ApplicationScoped
class SettlePayment {
  private static final ProblemType EXCEEDS_CAPTURED =
      new ProblemType(409, "amount-exceeds-captured", "That is more than was taken");
  private static final ProblemType EXCEEDS_AUTHORIZED =
      new ProblemType(409, "amount-exceeds-authorized", "That is more than is left to take");
  private static final ProblemType NOT_AUTHORIZED =
      new ProblemType(409, "payment-not-authorised", "Nothing is held that could be taken");

  private final IdempotentRequests requests;
  private final PaymentTable payments;
  private final PaymentReads reads;
  private final WorkSignal signal;
  private final Ids ids;
  private final Clock clock;
  private final ObjectMapper json;

  SettlePayment(
      IdempotentRequests requests,
      PaymentTable payments,
      PaymentReads reads,
      WorkSignal signal,
      Ids ids,
      Clock clock,
      ObjectMapper json) {
    this.requests = requests;
    this.payments = payments;
    this.reads = reads;
    this.signal = signal;
    this.ids = ids;
    this.clock = clock;
    this.json = json;
  }

  /**
   * Who wants what of which payment.
   *
   * @param step the part of the route behind the payment
   */
  record Wish(
      Caller caller,
      @Nullable String key,
      UUID paymentId,
      String step,
      Object content,
      @Nullable String ifMatch,
      Cause cause) {}

  /**
   * The customer has done what the provider asked for: the provider is asked at once what came of
   * it. Of a payment that is past that nothing is asked.
   */
  Uni<StoredAnswer> confirm(Wish wish) {
    return answered(
        wish,
        202,
        (tx, payment) -> {
          if (payment.status() == PaymentStatus.DECLINED
              || payment.status() == PaymentStatus.VOIDED) {
            throw new DomainException(
                ProblemType.ILLEGAL_TRANSITION,
                "the payment is %s and cannot be confirmed any more".formatted(payment.status()));
          }
          return payment.status() == PaymentStatus.REQUIRES_ACTION
              ? payments.note(tx, payment.toBeRefreshed(), clock.instant())
              : Uni.createFrom().voidItem();
        });
  }

  Uni<StoredAnswer> capture(Wish wish, CaptureRequest request) {
    return change(
        wish,
        202,
        payment -> {
          Long asked = request.amount();
          long amount = asked == null ? Math.max(1, payment.advanceable()) : asked;
          return take(payment, new Wanted(ids.next(), null, Fact.Kind.ADVANCE, amount, null));
        });
  }

  Uni<StoredAnswer> cancel(Wish wish, CancellationRequest request) {
    return change(
        wish,
        202,
        payment ->
            payment
                .giveUp("OPERATOR: " + request.reason())
                .orElseThrow(() ->
                    new DomainException(
                        ProblemType.ILLEGAL_TRANSITION,
                        "of a payment that is %s nothing can be let go of; refund it instead"
                            .formatted(payment.status()))));
  }

  Uni<StoredAnswer> refund(Wish wish, RefundRequest request) {
    return change(
        wish,
        201,
        payment ->
            take(
                payment,
                new Wanted(
                    ids.next(),
                    share(payment, request.orderId()),
                    Fact.Kind.REFUND,
                    request.amount(),
                    request.reason())));
  }

  private static UUID share(Payment payment, @Nullable UUID orderId) {
    List<Share> shares = payment.terms().shares();
    if (orderId == null && shares.size() == 1) {
      return shares.getFirst().orderId();
    }
    if (orderId == null || shares.stream().noneMatch(share -> share.orderId().equals(orderId))) {
      throw new DomainException(
          ProblemType.VALIDATION_FAILED,
          "/orderId must name one of the orders that this payment is for",
          List.of(new Invalid("/orderId", "must name one of the orders of this payment")));
    }
    return orderId;
  }

  private static Changed take(Payment payment, Wanted wanted) {
    payment
        .obstacle(wanted)
        .ifPresent(refusal -> {
          throw new DomainException(
              problem(refusal), "%d: %s".formatted(wanted.amount(), refusal.sentence()));
        });
    return payment.take(wanted).orElseThrow();
  }

  private static ProblemType problem(Refusal refusal) {
    return switch (refusal) {
      case NOT_AUTHORIZED -> NOT_AUTHORIZED;
      case EXCEEDS_AUTHORIZED -> EXCEEDS_AUTHORIZED;
      case EXCEEDS_CAPTURED -> EXCEEDS_CAPTURED;
    };
  }

  private Uni<StoredAnswer> change(Wish wish, int status, Function<Payment, Changed> step) {
    return answered(
        wish,
        status,
        (tx, payment) ->
            payments.save(tx, step.apply(payment), clock.instant(), wish.cause(), Lease.STAYS));
  }

  private Uni<StoredAnswer> answered(
      Wish wish, int status, BiFunction<Tx, Payment, Uni<Void>> write) {
    var request =
        new IdempotentRequests.Request(
            wish.caller(),
            wish.key(),
            "POST /api/payments/%s/%s".formatted(wish.paymentId(), wish.step()),
            wish.content());
    return requests.once(
        request,
        tx ->
            locked(tx, wish)
                .chain(payment -> {
                  EntityTags.require(wish.ifMatch(), payment.version());
                  tx.afterCommit(signal::wake);
                  return write.apply(tx, payment);
                })
                .chain(() -> reads.get(tx, wish.caller(), wish.paymentId()))
                .map(view -> answer(status, view)));
  }

  /** Of what the caller may not see there is none. */
  private Uni<Payment> locked(Tx tx, Wish wish) {
    return reads
        .get(tx, wish.caller(), wish.paymentId())
        .chain(seen -> payments.lock(tx, seen.id()))
        .map(Optional::orElseThrow);
  }

  private StoredAnswer answer(int status, PaymentView view) {
    try {
      return new StoredAnswer(
          status, null, EntityTags.of(view.version()), json.writeValueAsString(view), false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a payment is always writable", e);
    }
  }
}
