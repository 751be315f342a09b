package io.ordersystem.orders.order;

import io.ordersystem.contracts.payment.PaymentChanged;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A locked order with where its saga is: what one transaction reads, moves on and writes. */
public final class OrderProcess {
  private final OrderTree tree;
  private Saga.Step step;
  private @Nullable Instant deadline;
  private int attempts;
  private final long version;
  private @Nullable PaymentChanged payment;
  private long paymentVersion;

  OrderProcess(OrderTree tree, SagaRow row) {
    this.tree = tree;
    this.step = row.step();
    this.deadline = row.deadline();
    this.attempts = row.attempts();
    this.version = row.version();
  }

  /** A saga as it is stored; {@code version} fences writers that lost their lock. */
  record SagaRow(Saga.Step step, @Nullable Instant deadline, int attempts, long version) {
    static final SagaRow NEW = new SagaRow(Saga.Step.RESERVING, null, 0, 0);
  }

  public OrderTree tree() {
    return tree;
  }

  Saga.Step step() {
    return step;
  }

  /** Whether the step's command has waited for its answer long enough. */
  boolean isOverdue(Instant now) {
    Instant due = deadline;
    return due != null && !due.isAfter(now);
  }

  boolean isExpired(Instant now) {
    return tree.root().status() == OrderStatus.PENDING
        && !tree.root().header().expiresAt().isAfter(now);
  }

  /** Awaits an answer until then; each repetition of the same step counts. */
  void await(Saga.Step next, Instant until) {
    attempts = next == step ? attempts + 1 : 1;
    step = next;
    deadline = until;
  }

  /** Awaits no answer any more. */
  void rest(Saga.Step next) {
    step = next;
    deadline = null;
  }

  int attempts() {
    return attempts;
  }

  SagaRow sagaRow() {
    return new SagaRow(step, deadline, attempts, version + 1);
  }

  /** What payment-service last said of the payment. */
  void learn(PaymentChanged said, long saidVersion) {
    payment = said;
    paymentVersion = saidVersion;
  }

  @Nullable PaymentChanged learnedPayment() {
    return payment;
  }

  long learnedPaymentVersion() {
    return paymentVersion;
  }
}
