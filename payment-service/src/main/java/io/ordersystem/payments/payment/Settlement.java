package io.ordersystem.payments.payment;

import io.ordersystem.payments.payment.OperationTable.Books;
import io.ordersystem.payments.payment.OperationTable.Share;
import io.ordersystem.payments.payment.Payment.Changed;
import io.ordersystem.platform.events.Cause;
import io.ordersystem.platform.sql.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes captures, releases and refunds of an authorised payment: each once by its id, none beyond
 * the share of its child order. What needs the provider is only noted here, and carried out by the
 * worker.
 */
@Singleton
public class Settlement {
  static final String NOT_AUTHORIZED = "not_authorized";
  static final String EXCEEDS_AUTHORIZED = "exceeds_authorized";
  static final String EXCEEDS_CAPTURED = "exceeds_captured";

  private final OperationTable operations;
  private final PaymentTable payments;
  private final Clock clock;

  Settlement(OperationTable operations, PaymentTable payments, Clock clock) {
    this.operations = operations;
    this.payments = payments;
    this.clock = clock;
  }

  /**
   * What is asked for.
   *
   * @param reason why, for a release or refund
   */
  public record Wanted(
      UUID id, UUID orderId, Operation.Kind kind, long amount, @Nullable String reason) {}

  /**
   * Notes it, or says why it cannot be. A repeat does nothing, but of a capture that failed it is a
   * new try.
   *
   * @param payment locked by this transaction
   */
  public Uni<Void> take(Tx tx, Payment payment, Wanted wanted, Cause cause) {
    return operations
        .read(tx, payment.id())
        .chain(books -> take(tx, payment, books, wanted, cause));
  }

  private Uni<Void> take(Tx tx, Payment payment, Books books, Wanted wanted, Cause cause) {
    Optional<Operation> known = books.find(wanted.id(), wanted.kind());
    // A refund that failed is over: whoever asked has given its units free, and may ask anew.
    boolean again =
        known.isPresent()
            && known.get().kind() == Operation.Kind.CAPTURE
            && known.get().status() == Operation.Status.FAILED;
    if (known.isPresent() && !again) {
      return Uni.createFrom().voidItem();
    }
    Operation operation =
        known
            .map(Operation::again)
            .orElseGet(() ->
                Operation.asked(
                    wanted.id(),
                    payment,
                    wanted.orderId(),
                    wanted.kind(),
                    wanted.amount(),
                    wanted.reason()));
    String obstacle = obstacle(payment, books, operation);
    if (operation.kind() == Operation.Kind.RELEASE) {
      return release(tx, payment, books, operation, obstacle, cause);
    }
    if (obstacle != null) {
      return operations.endBeside(tx, payment.failed(operation, obstacle), clock.instant(), cause);
    }
    return operations
        .open(tx, operation)
        .chain(() -> payments.note(tx, payment.settling(true), clock.instant()));
  }

  private Uni<Void> release(
      Tx tx,
      Payment payment,
      Books books,
      Operation release,
      @Nullable String obstacle,
      Cause cause) {
    if (obstacle != null && payment.state().status() != PaymentStatus.VOIDED) {
      throw new IllegalArgumentException(
          "%d of order %s cannot be released: %s"
              .formatted(release.amount(), release.orderId(), obstacle));
    }
    Changed changed = payment.release(release);
    Money money = changed.payment().state().money();
    // With nothing left to take, the provider has to let go of what it still holds.
    boolean held = payment.state().status() != PaymentStatus.VOIDED;
    boolean due = held && (books.hasOpen() || (money.isSettled() && !money.closed()));
    return operations.endBeside(tx, changed.settling(due), clock.instant(), cause);
  }

  private static @Nullable String obstacle(Payment payment, Books books, Operation wanted) {
    Share share = books.shares().get(wanted.orderId());
    if (share == null || !payment.state().status().isAuthorized()) {
      return NOT_AUTHORIZED;
    }
    long open = books.open(wanted.kind(), wanted.orderId());
    return switch (wanted.kind()) {
      case CAPTURE, RELEASE -> {
        long capturing = books.open(Operation.Kind.CAPTURE, wanted.orderId());
        yield share.captured() + share.released() + capturing + wanted.amount() > share.amount()
            ? EXCEEDS_AUTHORIZED
            : null;
      }
      case REFUND ->
          share.refunded() + open + wanted.amount() > share.captured() ? EXCEEDS_CAPTURED : null;
    };
  }
}
